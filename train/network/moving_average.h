#pragma once

#include <torch/torch.h>

#include <cstdint>

namespace numeral {

/// Updates `average`, the exponential moving average (EMA) of `weights`, after training step `step`
/// (from 0): average = d * average + (1 - d) * weights with d = `ema_decay_at(decay, step)`.
/// Polyak, Juditsky, "Acceleration of stochastic approximation by averaging", 1992.
void update_ema(torch::Tensor& average, const torch::Tensor& weights, double decay,
                std::int64_t step);

/// The EMA's decay at `step`: the smaller of `decay` and (1 + step) / (10 + step), so that the
/// untrained first weights are soon forgotten.
double ema_decay_at(double decay, std::int64_t step);

}  // namespace numeral
