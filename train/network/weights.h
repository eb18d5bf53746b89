#pragma once

#include <torch/torch.h>

#include <string>
#include <vector>

#include "core/error.h"

namespace numeral {

/// The parameters of a network, then its buffers (batch norm's statistics), by name.
struct Weights {
  std::vector<std::string> names;
  std::vector<torch::Tensor> tensors;

  bool empty() const { return names.empty(); }
};

/// The weights of `network` themselves: to change them is to change the network.
Weights weights_of(const torch::nn::Module& network);

/// Weights of their own with the same values.
Weights copy_of(const Weights& weights);

/// Gives `to` the values of `from`, from whichever device. Both are of the same network.
void copy_values(const Weights& from, Weights& to);

/// Fails where names, shapes or types are not those of `expected`; the message names the first that
/// differs.
Result<void> check_layout(const Weights& expected, const Weights& found);

/// Gives `network` the values of `weights`. Fails where they are not laid out as the network's,
/// which is then left as it was.
Result<void> set_weights(torch::nn::Module& network, const Weights& weights);

/// True where every value is finite.
bool all_finite(const std::vector<torch::Tensor>& tensors);

/// Moves `average` towards `weights`, so that it becomes their exponential moving average: what was
/// there counts `decay_at(decay, step)` and the new the rest. Counters are taken as they are.
/// Polyak, Juditsky, "Acceleration of stochastic approximation by averaging", 1992.
void update_ema(Weights& average, const Weights& weights, double decay, std::int64_t step);

/// `decay`, but less in the first steps, so that the untrained weights are soon forgotten:
/// (1 + step) / (10 + step) until that is more. `step` counts from 0.
double decay_at(double decay, std::int64_t step);

}  // namespace numeral
