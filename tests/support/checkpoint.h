#pragma once

#include <algorithm>

#include "train/network/network.h"
#include "train/training/checkpoint.h"

namespace numeral::test {

/// A checkpoint of step 3 in epoch `epoch` of 10 steps, of a network of ten outputs.
inline Checkpoint example_checkpoint(int epoch = 2) {
  Replica replica(make_network(10), torch::kCPU, {});
  replica.step({torch::rand({4, 1, 28, 28}), torch::tensor({1, 2, 3, 4}, torch::kInt64)},
               cross_entropy(0), 0.01, WorkerGroup());
  Checkpoint checkpoint;
  checkpoint.settings = {{"epochs", 5}, {"width", 1}};
  checkpoint.machine = {{"threads", 1}};
  checkpoint.run.epoch = epoch;
  checkpoint.run.step = 3;
  checkpoint.run.totals = {0.1, 2, 4};
  checkpoint.run.seconds = 1.5;
  for (int done = 1; done < epoch; ++done)
    checkpoint.run.epochs.push_back({done, 1e-3, 0.1, 0.9, 1.0 / 3, 0.8, 100});
  if (epoch > 1) checkpoint.run.best = copy_of(weights_of(*replica.network()));
  checkpoint.replica = replica.state();
  checkpoint.replica.steps = (epoch - 1) * 10 + 3;
  checkpoint.random_state = at::detail::getDefaultCPUGenerator().get_state();
  return checkpoint;
}

/// True where all values are the same, bit for bit.
inline bool same_weights(const Weights& a, const Weights& b) {
  return std::equal(a.tensors.begin(), a.tensors.end(), b.tensors.begin(), b.tensors.end(),
                    [](const auto& x, const auto& y) { return torch::equal(x, y); });
}

}  // namespace numeral::test
