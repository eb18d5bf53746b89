#include "network.h"

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
  torch::nn::Sequential published = with_softmax(network);
  network->eval();
  const torch::Tensor images = torch::rand({4, 1, 28, 28});
  const torch::Tensor probabilities = published->forward(images);
  CHECK(torch::allclose(probabilities, network->forward(images).softmax(1)));
  CHECK(published->named_parameters().keys() == network->named_parameters().keys());
  CHECK(published->parameters()[0].data_ptr() == network->parameters()[0].data_ptr());
}

}  // namespace
}  // namespace numeral
