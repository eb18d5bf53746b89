#include "train/network/network.h"

#include <catch2/catch_test_macros.hpp>

namespace numeral {
namespace {

TEST_CASE("The network gives logits for each class") {
  torch::nn::Sequential network = make_network(10);
  CHECK(network->forward(torch::rand({3, 1, 28, 28})).sizes() == std::vector<std::int64_t>{3, 10});
  CHECK(make_network(47)->forward(torch::rand({2, 1, 28, 28})).size(1) == 47);
}

TEST_CASE("The network is small") { CHECK(parameter_count(*make_network(10)) <= 150'000); }

TEST_CASE("Normalising is part of the network") {
  Normalize normalize(0.5, 0.25);
  CHECK(
      torch::allclose(normalize(torch::full({1, 1, 2, 2}, 1.0f)), torch::full({1, 1, 2, 2}, 2.0f)));
}

TEST_CASE("The published model gives probabilities and shares the weights") {
  torch::nn::Sequential network = make_network(10);
  torch::nn::Sequential published = inference_network(network, 10);
  const torch::Tensor images = torch::rand({4, 1, 28, 28});
  const torch::Tensor probabilities = published->forward(images);
  CHECK(torch::allclose(probabilities, network->forward(images).softmax(1), 1e-4, 1e-6));
  CHECK(published->named_parameters()["conv2.weight"].data_ptr() ==
        network->named_parameters()["conv2.weight"].data_ptr());
}

TEST_CASE("What is none of the classes is spread over them") {
  const torch::Tensor logits = torch::tensor({{0.0f, 0.0f, 20.0f}, {20.0f, 0.0f, 0.0f}});
  const torch::Tensor probabilities = class_probabilities(logits, 2);
  CHECK(torch::allclose(probabilities, torch::tensor({{0.5f, 0.5f}, {1.0f, 0.0f}})));
}

TEST_CASE("The published model divides by the temperature and leaves the network as it was") {
  torch::nn::Sequential network = make_network(11);
  network->eval();
  const torch::Tensor images = torch::rand({4, 1, 28, 28});
  const torch::Tensor logits = network->forward(images);
  torch::nn::Sequential published = inference_network(network, 10, 0.5);
  const torch::Tensor probabilities = published->forward(images);
  CHECK(probabilities.sizes() == std::vector<std::int64_t>{4, 10});
  CHECK(torch::allclose(probabilities, class_probabilities(logits * 2, 10), 1e-4, 1e-6));
  CHECK(torch::allclose(probabilities.sum(1), torch::ones({4})));
  CHECK(torch::equal(network->forward(images), logits));
}

}  // namespace
}  // namespace numeral
