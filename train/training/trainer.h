#pragma once

#include <torch/torch.h>

#include <stdexcept>
#include <vector>

#include "train/data/examples.h"
#include "train/training/epoch_result.h"
#include "train/training/settings.h"

namespace numeral {

/// A run cannot be resumed from the checkpoint that its settings name.
struct ResumeError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Trains `network`, which has `settings.outputs()` outputs, on the pictures `indices` of
/// `dataset`, with one worker for each device. Leaves it with the weights of the best epoch, in
/// evaluation mode; see `training_loop` and `best_epoch`. Throws ResumeError; std::runtime_error
/// where the loss is no longer finite or a worker is lost; and what libtorch throws. Checkpoints
/// saved before stay.
TrainOutcome train(torch::nn::Sequential& network, const IdxDataset& dataset,
                   const std::vector<std::size_t>& indices, const Examples& validation,
                   const TrainSettings& settings);

}  // namespace numeral
