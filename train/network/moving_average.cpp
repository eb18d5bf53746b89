#include "train/network/moving_average.h"

#include <algorithm>

namespace numeral {

void update_ema(Weights& average, const Weights& weights, double decay, std::int64_t step) {
  const torch::NoGradGuard no_grad;
  const double share = 1 - ema_decay_at(decay, step);
  for (std::size_t i = 0; i < weights.tensors.size(); ++i) {
    if (weights.tensors[i].is_floating_point())
      average.tensors[i].lerp_(weights.tensors[i], share);
    else
      average.tensors[i].copy_(weights.tensors[i]);
  }
}

double ema_decay_at(double decay, std::int64_t step) {
  return std::min(decay, double(1 + step) / double(10 + step));
}

}  // namespace numeral
