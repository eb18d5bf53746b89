#pragma once

#include <nlohmann/json.hpp>
#include <optional>

#include "train/distributed/worker_group.h"
#include "train/training/checkpoint.h"
#include "train/training/epoch_result.h"
#include "train/training/settings.h"
#include "train/training/training_set.h"

namespace numeral {

/// What all workers of a process share.
struct Run {
  const TrainSettings& settings;
  const TrainingSet& training_set;
  const Examples& validation;
  nlohmann::ordered_json must_match = {};     ///< hyperparameters and data: the same on resume
  std::optional<Checkpoint> checkpoint = {};  ///< to resume from; fits the run

  std::int64_t steps_per_epoch() const;
};

/// Trains `replica`'s network, as one worker of `group`: all epochs, or those that the run's
/// checkpoint leaves. Afterwards the network has the weights of `best_epoch` (the averaged ones, if
/// there are any) and is in evaluation mode, unless the run was interrupted. The first worker saves
/// checkpoints and logs. Throws std::runtime_error where the loss is no longer finite, and
/// WorkerLost.
TrainOutcome training_loop(const Run& run, Replica& replica, const WorkerGroup& group);

/// The devices and threads of a run, for its checkpoints.
nlohmann::ordered_json machine_of(const TrainSettings& settings);

}  // namespace numeral
