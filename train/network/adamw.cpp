#include "train/network/adamw.h"

#include <cmath>

namespace numeral {
namespace {

constexpr double kBeta1 = 0.9, kBeta2 = 0.999, kEpsilon = 1e-8;

}  // namespace

AdamW make_adamw(const torch::Tensor& parameters) {
  return {torch::zeros_like(parameters), torch::zeros_like(parameters), 0};
}

void adamw_step(AdamW& state, torch::Tensor& parameters, const torch::Tensor& gradients,
                double learning_rate, double weight_decay) {
  const torch::NoGradGuard no_grad;
  ++state.steps;
  const double bias1 = 1 - std::pow(kBeta1, double(state.steps));
  const double bias2 = 1 - std::pow(kBeta2, double(state.steps));
  parameters.mul_(1 - learning_rate * weight_decay);
  state.first_moments.lerp_(gradients, 1 - kBeta1);
  state.second_moments.mul_(kBeta2).addcmul_(gradients, gradients, 1 - kBeta2);
  const torch::Tensor denominator =
      state.second_moments.sqrt().div_(std::sqrt(bias2)).add_(kEpsilon);
  parameters.addcdiv_(state.first_moments, denominator, -learning_rate / bias1);
}

}  // namespace numeral
