#pragma once

#include <cmath>
#include <numbers>

namespace numeral {

/// The share of all steps in which the learning rate rises (warm-up).
inline constexpr double kWarmUp = 0.1;

/// The learning rate at `progress` (0 to 1) through a run, by the one-cycle schedule: it rises
/// linearly from 0 to `highest`, then falls to 0 along half a cosine. Smith, Topin,
/// "Super-convergence: very fast training of neural networks using large learning rates", 2019.
inline double one_cycle_learning_rate(double highest, double progress) {
  if (progress < kWarmUp) return highest * (progress / kWarmUp);
  return highest * (0.5 + 0.5 * std::cos(std::numbers::pi * (progress - kWarmUp) / (1 - kWarmUp)));
}

}  // namespace numeral
