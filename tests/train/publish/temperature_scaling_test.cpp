// torch first: it defines a CHECK of its own, which Catch's replaces.
#include <torch/torch.h>
//
#include "train/publish/temperature_scaling.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "train/network/network.h"

namespace numeral {
namespace {

/// Labels drawn at random with the probabilities softmax(logits).
torch::Tensor draw_labels(const torch::Tensor& logits) {
  return logits.softmax(1).multinomial(1).squeeze(1);
}

TEST_CASE("The temperature that the logits were multiplied by is found") {
  torch::manual_seed(1);
  const torch::Tensor logits = torch::randn({20000, 10}) * 2;
  const torch::Tensor labels = draw_labels(logits);
  for (const double factor : {0.5, 1.0, 3.0}) {
    CAPTURE(factor);
    CHECK(fit_temperature(logits * factor, labels, 10) == Catch::Approx(factor).epsilon(0.05));
  }
}

TEST_CASE(
    "The temperature fits the published probabilities, with negatives spread over the classes") {
  torch::manual_seed(2);
  const torch::Tensor logits = torch::randn({5000, 4}) * 3;
  const torch::Tensor labels = draw_labels(logits.slice(1, 0, 3));
  const double fitted = fit_temperature(logits, labels, 3);
  const auto loss = [&](double temperature) {
    return -class_probabilities(logits, 3, temperature)
                .gather(1, labels.unsqueeze(1))
                .log()
                .mean()
                .item<double>();
  };
  CHECK(loss(fitted) <= loss(fitted * 1.2));
  CHECK(loss(fitted) <= loss(fitted / 1.2));
}

TEST_CASE("The temperature of logits that are always right stays within bounds") {
  const torch::Tensor labels = torch::arange(10);
  const double fitted = fit_temperature(torch::eye(10), labels, 10);
  CHECK(fitted >= 0.1);
  CHECK(fitted < 0.11);
}

TEST_CASE("The uncalibrated error is that of the probabilities without a temperature") {
  torch::manual_seed(3);
  const torch::Tensor logits = torch::randn({20000, 10}) * 2;
  const torch::Tensor labels = draw_labels(logits);
  CHECK(uncalibrated_error(logits, labels, 10) < 0.02);
  CHECK(uncalibrated_error(logits * 3, labels, 10) > 0.1);
}

}  // namespace
}  // namespace numeral
