#include "train/network/moving_average.h"

#include <algorithm>

namespace numeral {

void update_ema(torch::Tensor& average, const torch::Tensor& weights, double decay,
                std::int64_t step) {
  const torch::NoGradGuard no_grad;
  average.lerp_(weights, 1 - ema_decay_at(decay, step));
}

double ema_decay_at(double decay, std::int64_t step) {
  return std::min(decay, double(1 + step) / double(10 + step));
}

}  // namespace numeral
