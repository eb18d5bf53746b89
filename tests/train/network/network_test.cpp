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

TEST_CASE("What is none of the classes is spread over them") {
  const torch::Tensor logits = torch::tensor({{0.0f, 0.0f, 20.0f}, {20.0f, 0.0f, 0.0f}});
  const torch::Tensor probabilities = class_probabilities(logits, 2);
  CHECK(torch::allclose(probabilities, torch::tensor({{0.5f, 0.5f}, {1.0f, 0.0f}})));
}

}  // namespace
}  // namespace numeral
