#include "train/network/flat_weights.h"

#include <catch2/catch_test_macros.hpp>

#include "train/network/network.h"
#include "train/network/weights.h"

namespace numeral {
namespace {

TEST_CASE("Flattened weights are the network's own, and in one tensor", "[flat_weights]") {
  torch::manual_seed(1);
  torch::nn::Sequential network = make_network(10);
  const Weights before = copy_of(weights_of(*network));
  network->eval();
  const torch::Tensor images = torch::rand({3, 1, 28, 28});
  const torch::Tensor logits = network->forward(images);

  const FlatWeights flat = flatten_weights(*network);
  const Weights after = weights_of(*network);
  for (std::size_t i = 0; i < before.tensors.size(); ++i)
    CHECK(torch::equal(before.tensors[i], after.tensors[i]));
  CHECK(torch::allclose(network->forward(images), logits, 1e-4, 1e-5));
  CHECK(flat.parameters.numel() >= parameter_count(*network));
  CHECK(flat.values.numel() == flat.parameters.numel() + flat.statistics.numel());

  flat.values.fill_(2);
  for (const torch::Tensor& tensor : after.tensors)
    if (tensor.is_floating_point()) CHECK(tensor.eq(2).all().item<bool>());
}

TEST_CASE("Convolutions are stored channels-last, also with one channel", "[flat_weights]") {
  torch::nn::Sequential network = make_network(10);
  flatten_weights(*network);
  int convolutions = 0;
  for (const torch::Tensor& parameter : network->parameters()) {
    if (parameter.dim() != 4) continue;
    ++convolutions;
    CHECK(parameter.stride(1) == 1);
    CHECK(parameter.stride(3) == parameter.size(1));
  }
  CHECK(convolutions == 5);
}

TEST_CASE("Each tensor begins where GPUs can read it fast", "[flat_weights]") {
  torch::nn::Sequential network = make_network(11);
  const FlatWeights flat = flatten_weights(*network);
  for (const torch::Tensor& tensor : weights_of(*network).tensors)
    if (tensor.is_floating_point())
      CHECK((tensor.storage_offset() - flat.values.storage_offset()) % 16 == 0);
}

TEST_CASE("Views have the shapes and strides that they are made like", "[flat_weights]") {
  const torch::Tensor all = torch::arange(64, torch::kFloat32);
  const torch::Tensor flat = all.narrow(0, 4, 32);
  const auto views = views_like({torch::empty({2, 2}), torch::empty({3, 2}).t()}, flat);
  CHECK(views[0][1][0].item<float>() == 6);
  CHECK(views[1].sizes() == torch::IntArrayRef({2, 3}));
  CHECK(views[1][1][2].item<float>() == 4 + 16 + 5);
}

}  // namespace
}  // namespace numeral
