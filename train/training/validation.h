#pragma once

#include <torch/torch.h>

#include <vector>

#include "train/data/examples.h"
#include "train/training/epoch_result.h"

namespace numeral {

struct Score {
  double loss = 0;      ///< mean negative log-likelihood
  double accuracy = 0;  ///< 0 to 1
};

/// Evaluates `network`, which is put into evaluation mode, on `examples`: by its probabilities for
/// the `classes` (see `class_probabilities`). Network and computation are on `device`.
Score score(torch::nn::Sequential& network, const Examples& examples, int classes,
            torch::Device device);

/// The epoch to publish: the last whose accuracy on the `validation` pictures is within one
/// standard error of the highest. Smaller differences are chance, and later epochs have learned
/// more. The one-standard-error rule: Breiman, Friedman, Olshen, Stone, "Classification and
/// regression trees", 1984, section 3.4.3. `epochs` must not be empty.
const EpochResult& best_epoch(const std::vector<EpochResult>& epochs, std::int64_t validation);

/// Whether the last `patience` epochs have not raised the highest validation accuracy; never with
/// 0.
bool stops_early(const std::vector<EpochResult>& epochs, int patience);

}  // namespace numeral
