#include "train/network/loss.h"

#include <catch2/catch_test_macros.hpp>
#include <cmath>

namespace numeral {
namespace {

TEST_CASE("The loss is the cross-entropy against smoothed labels", "[loss]") {
  const torch::Tensor logits = torch::tensor({{2.0f, 0.0f, -1.0f}});
  const torch::Tensor labels = torch::tensor({std::int64_t{0}});
  const torch::Tensor log_probabilities = logits.log_softmax(1)[0];
  const auto expect = [&](double smoothing) {
    double sum = 0;
    for (int i = 0; i < 3; ++i)
      sum -= ((i == 0 ? 1 - smoothing : 0) + smoothing / 3) * log_probabilities[i].item<double>();
    return sum;
  };
  for (const double smoothing : {0.0, 0.1}) {
    const torch::Tensor loss = cross_entropy(smoothing)(logits, labels);
    CHECK(std::abs(loss.item<double>() - expect(smoothing)) < 1e-6);
  }
}

TEST_CASE("Generalized cross-entropy weights an example by the probability of its label",
          "[loss]") {
  const torch::Tensor labels = torch::tensor({std::int64_t{0}, std::int64_t{1}});
  const auto gradients = [&](double gce_q) {
    torch::Tensor logits =
        torch::tensor({{2.0f, 0.0f, -1.0f}, {2.0f, 0.0f, -1.0f}}, torch::requires_grad());
    cross_entropy(0, gce_q)(logits, labels).backward();
    return logits.grad();
  };
  const torch::Tensor probability = torch::tensor({2.0f, 0.0f, -1.0f}).softmax(0);
  for (const double gce_q : {0.3, 1.0})
    for (const int row : {0, 1}) {
      // That of the generalized cross-entropy (1 - p^q) / q of the label's probability p.
      const torch::Tensor expected =
          gradients(0)[row] * std::pow(probability[row].item<double>(), gce_q);
      CHECK((gradients(gce_q)[row] - expected).abs().max().item<double>() < 1e-6);
    }
}

TEST_CASE("Generalized cross-entropy smooths labels as plain cross-entropy does", "[loss]") {
  const torch::Tensor logits = torch::tensor({{2.0f, 0.0f, -1.0f}});
  const torch::Tensor labels = torch::tensor({std::int64_t{1}});
  const auto loss = [&](double smoothing, double gce_q) {
    return cross_entropy(smoothing, gce_q)(logits, labels).item<double>();
  };
  const auto probability = logits.softmax(1)[0][1].item<double>();
  CHECK(std::abs(loss(0.1, 0.5) - loss(0.1, 0) * std::sqrt(probability)) < 1e-6);
  CHECK(std::abs(loss(0.1, 0) - loss(0, 0)) > 0.01);
}

}  // namespace
}  // namespace numeral
