#include "train/network/network.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace numeral {
namespace {

namespace nn = torch::nn;

/// Appends an unpadded 3x3 convolution, batch norm and ReLU, numbered `index`. The convolution
/// needs no bias: batch norm has one.
void push_convolution(nn::Sequential& network, int index, int in_channels, int out_channels,
                      int stride = 1) {
  const std::string suffix = std::to_string(index);
  network->push_back(
      "conv" + suffix,
      nn::Conv2d(nn::Conv2dOptions(in_channels, out_channels, 3).stride(stride).bias(false)));
  network->push_back("norm" + suffix, nn::BatchNorm2d(out_channels));
  network->push_back("relu" + suffix, nn::ReLU(nn::ReLUOptions().inplace(true)));
}

}  // namespace

NormalizeImpl::NormalizeImpl(double mean, double standard_deviation)
    : mean_(mean), standard_deviation_(standard_deviation) {}

torch::Tensor NormalizeImpl::forward(const torch::Tensor& images) {
  return (images - mean_) / standard_deviation_;
}

nn::Sequential make_network(int outputs, double width) {
  const auto wide = [width](int channels) {
    return std::max(1, static_cast<int>(std::lround(channels * width)));
  };
  nn::Sequential network;
  network->push_back(kNormalizeLayer, Normalize(kPixelMean, kPixelDeviation));
  push_convolution(network, 1, 1, wide(16));                       // to 26x26
  push_convolution(network, 2, wide(16), wide(32), /*stride=*/2);  // 12x12
  push_convolution(network, 3, wide(32), wide(48));                // 10x10
  push_convolution(network, 4, wide(48), wide(64));                // 8x8
  network->push_back("pool4", nn::MaxPool2d(2));                   // 4x4
  push_convolution(network, 5, wide(64), wide(96));                // 2x2
  network->push_back("flatten", nn::Flatten());
  network->push_back(kLastLayer, nn::Linear(wide(96) * 2 * 2, outputs));
  return network;
}

torch::Tensor spread_matrix(int outputs, int classes) {
  const torch::Tensor own = torch::eye(classes);
  if (outputs == classes) return own;
  return torch::cat({own, torch::full({1, classes}, 1.0f / float(classes))});
}

torch::Tensor class_probabilities(const torch::Tensor& logits, int classes, double temperature) {
  const torch::Tensor shares = (logits / temperature).softmax(1);
  return shares.matmul(
      spread_matrix(static_cast<int>(logits.size(1)), classes).to(shares.options()));
}

nn::Sequential clone_of(const nn::Sequential& network) {
  nn::Sequential clone;
  auto module = network->begin();
  for (const std::string& name : network->named_children().keys())
    clone->push_back(name, (module++)->clone());
  return clone;
}

std::int64_t parameter_count(const torch::nn::Module& module) {
  std::int64_t count = 0;
  for (const torch::Tensor& parameter : module.parameters()) count += parameter.numel();
  return count;
}

}  // namespace numeral
