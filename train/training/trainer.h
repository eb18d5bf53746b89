#pragma once

#include <torch/torch.h>

#include <filesystem>
#include <vector>

#include "core/error.h"
#include "train/training/epoch_result.h"
#include "train/data/examples.h"
#include "train/training/settings.h"

namespace numeral {

struct Score {
  double loss = 0;
  double accuracy = 0;
};

/// Loss (mean negative log-likelihood) and accuracy of the probabilities that `network`, in
/// evaluation mode, gives the `classes` (see `class_probabilities`) on `examples`.
Score score(torch::nn::Sequential& network, const Examples& examples, int classes,
            torch::Device device);

/// How a training run ended.
struct TrainOutcome {
  std::vector<EpochResult> epochs;   ///< those that were finished
  bool interrupted = false;          ///< `stop_requested` said so
  std::filesystem::path checkpoint;  ///< the latest that was written, if any
};

/// Trains `network` on the pictures `indices` of `dataset` and leaves it with the weights of
/// `best_epoch`, in evaluation mode. These
/// are the averaged weights if there are any. One worker a device; see settings.h and replica.h.
/// Fails where the loss stops being finite, a checkpoint to go on from is of other settings, or a
/// worker is lost; what was saved before stays. `network` has `settings.outputs()` outputs.
Result<TrainOutcome> train(torch::nn::Sequential& network, const IdxDataset& dataset,
                           const std::vector<std::size_t>& indices, const Examples& validation,
                           const TrainSettings& settings);

/// The epoch to publish: the last whose accuracy on the `validation` pictures is within one
/// standard error of the highest. What lies nearer is chance, and later epochs have learned more.
/// The one-standard-error rule: Breiman, Friedman, Olshen, Stone, "Classification and regression
/// trees", 1984, section 3.4.3.
const EpochResult& best_epoch(const std::vector<EpochResult>& epochs, std::int64_t validation);

}  // namespace numeral
