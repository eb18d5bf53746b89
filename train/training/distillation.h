#pragma once

#include <torch/torch.h>

#include <filesystem>
#include <vector>

#include "core/error.h"
#include "train/network/loss.h"

namespace numeral {

/// Networks whose answers another one learns from, beside the labels: what several networks agree
/// on, and what they waver about, says more of a picture than its label does. Hinton, Vinyals,
/// Dean, "Distilling the knowledge in a neural network", 2015.
using Teachers = std::vector<torch::nn::Sequential>;

/// Loads the networks that finished runs have left in their checkpoints. `paths` are as for
/// `load_checkpoint`; `outputs` is the number of the network's outputs.
Result<Teachers> load_teachers(const std::vector<std::filesystem::path>& paths, int outputs);

/// The teachers' weights in short, to tell them from others: 64 hexadecimal digits; "" for none.
std::string fingerprint(const Teachers& teachers);

/// A copy of the teachers on `device`, for a worker there.
Teachers on_device(const Teachers& teachers, torch::Device device);

/// The mean of two losses: `from_labels`, and, weighing `share` (0 to 1), the cross-entropy against
/// the teachers' probabilities. Each picture is taught by one of them, the first by the first: as
/// the order is another in every epoch, that comes to the same as their mean, and costs as little
/// as a single teacher. Without teachers, `from_labels` alone.
Loss distillation(Loss from_labels, Teachers teachers, double share);

}  // namespace numeral
