#include "loss.h"

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
    const torch::Tensor loss = smoothed_cross_entropy(smoothing)({}, logits, labels);
    CHECK(std::abs(loss.item<double>() - expect(smoothing)) < 1e-6);
  }
}

}  // namespace
}  // namespace numeral
