#include "train/network/network.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace numeral {
namespace {

namespace nn = torch::nn;

constexpr const char* kNormalize = "normalize";
constexpr const char* kFirstLayer = "conv1";
constexpr const char* kLastLayer = "classify";

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

/// A copy of `layer` with the normalisation of its input folded in. `layer` must have no padding,
/// which would have to be the mean instead of 0.
nn::Conv2d normalizing(const nn::Conv2dImpl& layer, const NormalizeImpl& normalize) {
  const auto& options = layer.options;
  nn::Conv2d copy(
      nn::Conv2dOptions(options.in_channels(), options.out_channels(), options.kernel_size())
          .stride(options.stride()));
  copy->weight.copy_(layer.weight / normalize.standard_deviation());
  copy->bias.copy_(-normalize.mean() * copy->weight.sum({1, 2, 3}));
  return copy;
}

/// A copy of `layer` whose output is multiplied by `factor`.
nn::Linear scaled(const nn::LinearImpl& layer, double factor) {
  nn::Linear copy(layer.options);
  copy->weight.copy_(layer.weight * factor);
  copy->bias.copy_(layer.bias * factor);
  return copy;
}

/// The matrix [outputs, classes] that keeps the probability of each class and spreads that of an
/// output beyond the classes evenly over them.
torch::Tensor spreading(int outputs, int classes) {
  const torch::Tensor own = torch::eye(classes);
  if (outputs == classes) return own;
  return torch::cat({own, torch::full({1, classes}, 1.0f / float(classes))});
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
  network->push_back(kNormalize, Normalize(kPixelMean, kPixelDeviation));
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

void to_channels_last(nn::Sequential& network) {
  for (const torch::Tensor& parameter : network->parameters())
    if (parameter.dim() == 4)
      parameter.set_data(parameter.contiguous(torch::MemoryFormat::ChannelsLast));
}

torch::Tensor class_probabilities(const torch::Tensor& logits, int classes, double temperature) {
  const torch::Tensor shares = (logits / temperature).softmax(1);
  return shares.matmul(spreading(static_cast<int>(logits.size(1)), classes).to(shares.options()));
}

nn::Sequential inference_network(const nn::Sequential& network, int classes, double temperature) {
  const torch::NoGradGuard no_grad;
  const auto layers = network->named_children();
  const auto& first = *layers[kFirstLayer]->as<nn::Conv2d>();
  const auto& normalize = *layers[kNormalize]->as<Normalize>();
  const auto& last = *layers[kLastLayer]->as<nn::Linear>();
  nn::Sequential published;
  auto module = network->begin();
  for (const std::string& name : layers.keys()) {
    if (name == kFirstLayer)
      published->push_back(name, nn::AnyModule(normalizing(first, normalize)));
    else if (name != kNormalize && name != kLastLayer)
      published->push_back(name, *module);
    ++module;
  }
  published->push_back(kLastLayer, scaled(last, 1 / temperature));
  published->push_back("softmax", nn::Softmax(1));
  const auto outputs = static_cast<int>(last.options.out_features());
  if (outputs > classes) {
    nn::Linear spread(nn::LinearOptions(outputs, classes));
    spread->weight.copy_(spreading(outputs, classes).t());
    spread->bias.zero_();
    published->push_back("spread", spread);
  }
  published->eval();
  return published;
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
