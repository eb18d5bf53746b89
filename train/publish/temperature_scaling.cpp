#include "train/publish/temperature_scaling.h"

#include <cmath>
#include <vector>

#include "train/evaluation/calibration.h"
#include "train/network/network.h"

namespace numeral {
namespace {

constexpr double kMinTemperature = 0.1;
constexpr double kMaxTemperature = 10;

/// Each step of the search shortens the interval to 0.618 of its length.
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
  const auto loss = [&](double log_temperature) {
    return negative_log_likelihood(logits, labels, classes, std::exp(log_temperature));
  };
  // Golden-section search (Kiefer, 1953): of two points inside the interval, the worse becomes its
  // end.
  const double ratio = (std::sqrt(5.0) - 1) / 2;
  double low = std::log(kMinTemperature), high = std::log(kMaxTemperature);
  double left = high - ratio * (high - low), right = low + ratio * (high - low);
  double at_left = loss(left), at_right = loss(right);
  for (int i = 0; i < kSteps; ++i) {
    if (at_left < at_right) {
      high = right;
      right = left;
      at_right = at_left;
      left = high - ratio * (high - low);
      at_left = loss(left);
    } else {
      low = left;
      left = right;
      at_left = at_right;
      right = low + ratio * (high - low);
      at_right = loss(right);
    }
  }
  return std::exp((low + high) / 2);
}

double uncalibrated_error(const torch::Tensor& logits, const torch::Tensor& labels, int classes) {
  const auto [confidences, answers] = class_probabilities(logits, classes).max(1);
  const torch::Tensor correct = answers.eq(labels);
  std::vector<double> confidence;
  std::vector<bool> is_correct;
  for (std::int64_t i = 0; i < labels.size(0); ++i) {
    confidence.push_back(confidences[i].item<double>());
    is_correct.push_back(correct[i].item<bool>());
  }
  return expected_calibration_error(confidence, is_correct);
}

}  // namespace numeral
