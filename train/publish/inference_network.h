#pragma once

#include <torch/torch.h>

namespace numeral {

/// The network as it is exported, in evaluation mode: `network` followed by `class_probabilities`
/// (train/network/network.h). Input float32 [n, 1, 28, 28], 0 to 1; output float32 [n, classes].
///
/// Normalisation is folded into the first convolution, and 1 / `temperature` into the last layer,
/// so that they cost nothing at inference. All other parameters are shared with `network`, which
/// must be one of `make_network` and on the CPU.
torch::nn::Sequential inference_network(const torch::nn::Sequential& network, int classes,
                                        double temperature = 1);

}  // namespace numeral
