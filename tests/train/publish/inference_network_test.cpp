// torch first: it defines a CHECK of its own, which Catch's replaces.
#include <torch/torch.h>
//
#include "train/publish/inference_network.h"

#include <catch2/catch_test_macros.hpp>

#include "train/network/network.h"

namespace numeral {
namespace {

TEST_CASE("The inference network returns probabilities and shares the other weights") {
  torch::nn::Sequential network = make_network(10);
  torch::nn::Sequential inference = inference_network(network, 10);
  const torch::Tensor images = torch::rand({4, 1, 28, 28});
  const torch::Tensor probabilities = inference->forward(images);
  CHECK(torch::allclose(probabilities, network->forward(images).softmax(1), 1e-4, 1e-6));
  CHECK(inference->named_parameters()["conv2.weight"].data_ptr() ==
        network->named_parameters()["conv2.weight"].data_ptr());
}

TEST_CASE("The inference network divides by the temperature and leaves the network unchanged") {
  torch::nn::Sequential network = make_network(11);
  network->eval();
  const torch::Tensor images = torch::rand({4, 1, 28, 28});
  const torch::Tensor logits = network->forward(images);
  torch::nn::Sequential inference = inference_network(network, 10, 0.5);
  const torch::Tensor probabilities = inference->forward(images);
  CHECK(probabilities.sizes() == std::vector<std::int64_t>{4, 10});
  CHECK(torch::allclose(probabilities, class_probabilities(logits * 2, 10), 1e-4, 1e-6));
  CHECK(torch::allclose(probabilities.sum(1), torch::ones({4})));
  CHECK(torch::equal(network->forward(images), logits));
}

}  // namespace
}  // namespace numeral
