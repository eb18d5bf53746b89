#pragma once

#include <torch/torch.h>

#include <cmath>
#include <cstdint>
#include <tuple>
#include <vector>

/// Well-known networks, as people write them.
namespace torch_onnx::test {

namespace F = torch::nn::functional;
namespace nn = torch::nn;
using torch::Tensor;

inline nn::Conv2d conv(std::int64_t in, std::int64_t out, std::int64_t kernel,
                       std::int64_t stride = 1, std::int64_t groups = 1) {
  return nn::Conv2d(nn::Conv2dOptions(in, out, kernel)
                        .stride(stride)
                        .padding(kernel / 2)
                        .groups(groups)
                        .bias(false));
}

/// The network of PyTorch's C++ MNIST example (examples/cpp/mnist/mnist.cpp).
struct Mnist : nn::Module {
  Mnist()
      : conv1(nn::Conv2dOptions(1, 10, /*kernel_size=*/5)),
        conv2(nn::Conv2dOptions(10, 20, /*kernel_size=*/5)),
        fc1(320, 50),
        fc2(50, 10) {
    register_module("conv1", conv1);
    register_module("conv2", conv2);
    register_module("conv2_drop", conv2_drop);
    register_module("fc1", fc1);
    register_module("fc2", fc2);
  }

  Tensor forward(Tensor x) {
    x = torch::relu(torch::max_pool2d(conv1->forward(x), 2));
    x = torch::relu(torch::max_pool2d(conv2_drop->forward(conv2->forward(x)), 2));
    x = x.view({-1, 320});
    x = torch::relu(fc1->forward(x));
    x = torch::dropout(x, /*p=*/0.5, /*train=*/is_training());
    x = fc2->forward(x);
    return torch::log_softmax(x, /*dim=*/1);
  }

  nn::Conv2d conv1, conv2;
  nn::Dropout2d conv2_drop;
  nn::Linear fc1, fc2;
};

/// LeCun, Bottou, Bengio, Haffner, 1998, with its tanh and average poolings.
struct LeNet5 : nn::Module {
  Tensor forward(Tensor x) {
    x = torch::avg_pool2d(torch::tanh(c1(x)), 2);
    x = torch::avg_pool2d(torch::tanh(c3(x)), 2);
    x = torch::tanh(c5(x)).flatten(1);
    return output(torch::tanh(f6(x)));
  }

  nn::Conv2d c1 = register_module("c1", nn::Conv2d(1, 6, 5));
  nn::Conv2d c3 = register_module("c3", nn::Conv2d(6, 16, 5));
  nn::Conv2d c5 = register_module("c5", nn::Conv2d(16, 120, 5));
  nn::Linear f6 = register_module("f6", nn::Linear(120, 84));
  nn::Linear output = register_module("output", nn::Linear(84, 10));
};

/// He, Zhang, Ren, Sun, 2016.
struct BasicBlockImpl : nn::Module {
  BasicBlockImpl(std::int64_t in, std::int64_t out, std::int64_t stride) {
    conv1 = register_module("conv1", conv(in, out, 3, stride));
    norm1 = register_module("norm1", nn::BatchNorm2d(out));
    conv2 = register_module("conv2", conv(out, out, 3));
    norm2 = register_module("norm2", nn::BatchNorm2d(out));
    if (in != out || stride != 1)
      shortcut = register_module("shortcut",
                                 nn::Sequential(conv(in, out, 1, stride), nn::BatchNorm2d(out)));
  }

  Tensor forward(const Tensor& x) {
    Tensor y = norm1(conv1(x)).relu_();
    y = norm2(conv2(y));
    y += shortcut.is_empty() ? x : shortcut->forward(x);
    return y.relu_();
  }

  nn::Conv2d conv1{nullptr}, conv2{nullptr};
  nn::BatchNorm2d norm1{nullptr}, norm2{nullptr};
  nn::Sequential shortcut{nullptr};
};
TORCH_MODULE(BasicBlock);

struct ResNet18 : nn::Module {
  ResNet18() {
    std::int64_t channels = 64;
    for (const std::int64_t width : {64, 128, 256, 512})
      for (const bool first : {true, false}) {
        blocks->push_back(BasicBlock(channels, width, first && width != 64 ? 2 : 1));
        channels = width;
      }
    register_module("blocks", blocks);
  }

  Tensor forward(Tensor x) {
    x = torch::max_pool2d(torch::relu(norm1(conv1(x))), 3, 2, 1);
    x = torch::adaptive_avg_pool2d(blocks->forward(x), {1, 1});
    return fc(torch::flatten(x, 1));
  }

  nn::Conv2d conv1 = register_module("conv1", conv(3, 64, 7, 2));
  nn::BatchNorm2d norm1 = register_module("norm1", nn::BatchNorm2d(64));
  nn::Sequential blocks;
  nn::Linear fc = register_module("fc", nn::Linear(512, 1000));
};

/// Sandler, Howard, Zhu, Zhmoginov, Chen, 2018.
struct InvertedResidualImpl : nn::Module {
  InvertedResidualImpl(std::int64_t in, std::int64_t out, std::int64_t stride,
                       std::int64_t expansion)
      : adds(stride == 1 && in == out) {
    const std::int64_t hidden = in * expansion;
    if (expansion != 1) {
      layers->push_back(conv(in, hidden, 1));
      layers->push_back(nn::BatchNorm2d(hidden));
      layers->push_back(nn::ReLU6());
    }
    layers->push_back(conv(hidden, hidden, 3, stride, hidden));
    layers->push_back(nn::BatchNorm2d(hidden));
    layers->push_back(nn::ReLU6(nn::ReLU6Options().inplace(true)));
    layers->push_back(conv(hidden, out, 1));
    layers->push_back(nn::BatchNorm2d(out));
    register_module("layers", layers);
  }

  Tensor forward(const Tensor& x) { return adds ? x + layers->forward(x) : layers->forward(x); }

  nn::Sequential layers;
  bool adds;
};
TORCH_MODULE(InvertedResidual);

struct MobileNetV2 : nn::Module {
  MobileNetV2() {
    features->push_back(conv(3, 32, 3, 2));
    features->push_back(nn::BatchNorm2d(32));
    features->push_back(nn::ReLU6());
    std::int64_t channels = 32;
    const std::vector<std::tuple<int, int, int, int>> stages = {
        {1, 16, 1, 1}, {6, 24, 2, 2},  {6, 32, 3, 2}, {6, 64, 4, 2},
        {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}};
    for (const auto& [expansion, width, count, stride] : stages)
      for (int i = 0; i < count; ++i) {
        features->push_back(InvertedResidual(channels, width, i == 0 ? stride : 1, expansion));
        channels = width;
      }
    features->push_back(conv(channels, 1280, 1));
    features->push_back(nn::BatchNorm2d(1280));
    features->push_back(nn::ReLU6());
    register_module("features", features);
  }

  Tensor forward(const Tensor& x) { return classifier->forward(features->forward(x).mean({2, 3})); }

  nn::Sequential features;
  nn::Sequential classifier =
      register_module("classifier", nn::Sequential(nn::Dropout(0.2), nn::Linear(1280, 1000)));
};

/// Ronneberger, Fischer, Brox, 2015, with two levels. Height and width may be any multiple of 4.
struct UNet : nn::Module {
  static nn::Sequential block(std::int64_t in, std::int64_t out) {
    return nn::Sequential(conv(in, out, 3), nn::BatchNorm2d(out), nn::ReLU(), conv(out, out, 3),
                          nn::BatchNorm2d(out), nn::ReLU());
  }

  Tensor forward(const Tensor& x) {
    const Tensor a = down1->forward(x);
    const Tensor b = down2->forward(torch::max_pool2d(a, 2));
    Tensor y = bottom->forward(torch::max_pool2d(b, 2));
    y = up2->forward(torch::cat({upscale(y), b}, 1));
    y = F::interpolate(y, F::InterpolateFuncOptions()
                              .size(std::vector<std::int64_t>{a.size(2), a.size(3)})
                              .mode(torch::kBilinear)
                              .align_corners(false));
    return torch::sigmoid(last(up1->forward(torch::cat({y, a}, 1))));
  }

  nn::Sequential down1 = register_module("down1", block(1, 8));
  nn::Sequential down2 = register_module("down2", block(8, 16));
  nn::Sequential bottom = register_module("bottom", block(16, 32));
  nn::ConvTranspose2d upscale = register_module(
      "upscale", nn::ConvTranspose2d(nn::ConvTranspose2dOptions(32, 16, 2).stride(2)));
  nn::Sequential up2 = register_module("up2", block(32, 8));
  nn::Sequential up1 = register_module("up1", block(16, 8));
  nn::Conv2d last = register_module("last", nn::Conv2d(8, 1, 1));
};

/// Classifies sequences of tokens, with a mask of those that count. Batch and length are dynamic.
struct Transformer : nn::Module {
  Tensor forward(const Tensor& tokens, const Tensor& mask) {
    const std::int64_t length = tokens.size(1);
    Tensor x = embedding(tokens) * std::sqrt(32.0) + positions.slice(0, 0, length);
    x = encoder(x.transpose(0, 1), Tensor(), mask == 0).transpose(0, 1);
    const Tensor weights = mask.to(torch::kFloat32).unsqueeze(-1);
    return output((x * weights).sum(1) / weights.sum(1));
  }

  nn::Embedding embedding = register_module("embedding", nn::Embedding(50, 32));
  Tensor positions = register_parameter("positions", torch::randn({64, 32}));
  nn::TransformerEncoder encoder = register_module(
      "encoder",
      nn::TransformerEncoder(nn::TransformerEncoderOptions(
          nn::TransformerEncoderLayerOptions(32, 4).dim_feedforward(64).activation(torch::kGELU),
          2)));
  nn::Linear output = register_module("output", nn::Linear(32, 5));
};

/// Scores of each step of a series: floats, steps x batch x 8 to steps x batch x 4.
struct Recurrent : nn::Module {
  Tensor forward(const Tensor& series) {
    const Tensor both = std::get<0>(lstm->forward(series));
    return output(std::get<0>(gru->forward(both)));
  }

  nn::LSTM lstm = register_module("lstm", nn::LSTM(nn::LSTMOptions(8, 16).bidirectional(true)));
  nn::GRU gru = register_module("gru", nn::GRU(nn::GRUOptions(32, 16)));
  nn::Linear output = register_module("output", nn::Linear(16, 4));
};

/// Kingma, Welling, 2014. Evaluation takes the mean instead of a sample.
struct Vae : nn::Module {
  std::tuple<Tensor, Tensor, Tensor> forward(const Tensor& x) {
    const Tensor h = torch::relu(fc1(x.view({-1, 784})));
    const Tensor mu = fc21(h), log_var = fc22(h);
    const Tensor z = is_training() ? mu + torch::randn_like(mu) * (0.5 * log_var).exp() : mu;
    return {torch::sigmoid(fc4(torch::relu(fc3(z)))), mu, log_var};
  }

  nn::Linear fc1 = register_module("fc1", nn::Linear(784, 400));
  nn::Linear fc21 = register_module("fc21", nn::Linear(400, 20));
  nn::Linear fc22 = register_module("fc22", nn::Linear(400, 20));
  nn::Linear fc3 = register_module("fc3", nn::Linear(20, 400));
  nn::Linear fc4 = register_module("fc4", nn::Linear(400, 784));
};

/// Sets batch norms to random statistics and factors: fresh ones would be the identity.
inline void randomize_batch_norms(nn::Module& module) {
  const torch::NoGradGuard no_grad;
  for (const auto& part : module.modules(false)) {
    if (!part->named_buffers(false).contains("running_mean")) continue;
    for (auto& buffer : part->named_buffers(false))
      if (buffer.key() != "num_batches_tracked") buffer.value().uniform_(0.5, 1.5);
    for (Tensor& parameter : part->parameters(false)) parameter.uniform_(0.3, 1);
  }
}

}  // namespace torch_onnx::test
