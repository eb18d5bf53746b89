#include "train/publish/temperature_scaling.h"

#include <cmath>

#include "train/network/network.h"

namespace numeral {
namespace {

constexpr double kMinTemperature = 0.1;
constexpr double kMaxTemperature = 10;

/// Steps of the search, each of which shortens the interval to 0.618 of its length.
constexpr int kSteps = 40;

double negative_log_likelihood(const torch::Tensor& logits, const torch::Tensor& labels,
                               int classes, double temperature) {
  const torch::Tensor probabilities =
      class_probabilities(logits.to(torch::kDouble), classes, temperature);
  const torch::Tensor of_label = probabilities.gather(1, labels.unsqueeze(1));
  return -of_label.clamp_min(1e-300).log().mean().item<double>();
}

}  // namespace

double fit_temperature(const torch::Tensor& logits, const torch::Tensor& labels, int classes) {
  const torch::NoGradGuard no_grad;
  const auto badness = [&](double log_temperature) {
    return negative_log_likelihood(logits, labels, classes, std::exp(log_temperature));
  };
  // Golden-section search (Kiefer, 1953): two points inside the interval, of which the worse one
  // becomes an end.
  const double share = (std::sqrt(5.0) - 1) / 2;
  double low = std::log(kMinTemperature), high = std::log(kMaxTemperature);
  double left = high - share * (high - low), right = low + share * (high - low);
  double at_left = badness(left), at_right = badness(right);
  for (int i = 0; i < kSteps; ++i) {
    if (at_left < at_right) {
      high = right;
      right = left;
      at_right = at_left;
      left = high - share * (high - low);
      at_left = badness(left);
    } else {
      low = left;
      left = right;
      at_left = at_right;
      right = low + share * (high - low);
      at_right = badness(right);
    }
  }
  return std::exp((low + high) / 2);
}

}  // namespace numeral
