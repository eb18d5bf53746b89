// torch first: it defines a CHECK of its own, which Catch's replaces.
#include <torch/torch.h>
//
#include <torch_onnx/export.h>

#include <catch2/catch_test_macros.hpp>
#include <vector>

#include "torch_onnx/networks.h"
#include "torch_onnx/onnx_runtime.h"

namespace torch_onnx {
namespace {

using namespace test;

/// Exports `network` and compares the model with it on 100 random inputs, which `inputs` makes for
/// a batch of n.
template <class Network, class Inputs>
void check_network(Network network, const Inputs& inputs, const ExportOptions& options = {}) {
  randomize_batch_norms(network);
  torch::manual_seed(3);
  network.train();
  const test::Session session(export_model(network, inputs(2), options));
  CHECK(network.is_training());
  network.eval();
  const torch::NoGradGuard no_grad;
  for (const std::int64_t n : {1, 9, 10, 20, 25, 35}) {
    const Tensors examples = inputs(n);
    const Tensors found = session.run(examples);
    const Tensors expected = detail::call_forward(network, examples);
    // Each example on its own, so that large numbers of one do not hide another's.
    double difference = 0;
    REQUIRE(found.size() == expected.size());
    for (std::size_t i = 0; i < found.size(); ++i)
      for (std::int64_t example = 0; example < n; ++example)
        difference = std::max(difference,
                              test::relative_difference(found[i][example], expected[i][example]));
    CAPTURE(n);
    CHECK(difference <= 1e-5);
  }
}

auto pictures(std::int64_t channels, std::int64_t size) {
  return [=](std::int64_t n) { return Tensors{torch::randn({n, channels, size, size})}; };
}

TEST_CASE("The network of PyTorch's C++ MNIST example is exported") {
  torch::manual_seed(1);
  check_network(Mnist(), pictures(1, 28));
}

TEST_CASE("LeNet-5 is exported") {
  torch::manual_seed(1);
  check_network(LeNet5(), pictures(1, 32));
}

TEST_CASE("ResNet-18 is exported") {
  torch::manual_seed(1);
  check_network(ResNet18(), pictures(3, 64));
}

TEST_CASE("MobileNetV2 is exported") {
  torch::manual_seed(1);
  check_network(MobileNetV2(), pictures(3, 64));
}

TEST_CASE("A U-Net is exported for pictures of any size") {
  torch::manual_seed(1);
  ExportOptions options;
  options.dynamic_axes = {{{0, "N"}, {2, "height"}, {3, "width"}}};
  const auto inputs = [](std::int64_t n) {
    return Tensors{torch::rand({n, 1, 4 * (2 + n % 4), 4 * (2 + n % 3)})};
  };
  check_network(UNet(), inputs, options);
}

TEST_CASE("A transformer encoder is exported for batches and sequences of any size") {
  torch::manual_seed(1);
  ExportOptions options;
  options.input_names = {"tokens", "mask"};
  options.output_names = {"scores"};
  options.dynamic_axes = {{{0, "batch"}, {1, "length"}}, {{0, "batch"}, {1, "length"}}};
  const auto inputs = [](std::int64_t n) {
    const std::int64_t length = 5 + n;
    const Tensor mask = torch::randint(2, {n, length}, torch::kInt64);
    mask.select(1, 0).fill_(1);
    return Tensors{torch::randint(50, {n, length}, torch::kInt64), mask};
  };
  check_network(Transformer(), inputs, options);
}

TEST_CASE("A recurrent network is exported") {
  torch::manual_seed(1);
  ExportOptions options;
  options.dynamic_axes = {{{0, "steps"}, {1, "batch"}}};
  const auto inputs = [](std::int64_t n) { return Tensors{torch::randn({3 + n, n, 8})}; };
  check_network(Recurrent(), inputs, options);
}

TEST_CASE("A variational autoencoder is exported") {
  torch::manual_seed(1);
  ExportOptions options;
  options.output_names = {"reconstruction", "mu", "log_var"};
  check_network(Vae(), pictures(1, 28), options);
}

}  // namespace
}  // namespace torch_onnx
