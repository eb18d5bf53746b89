#pragma once

#include <filesystem>
#include <vector>

namespace numeral {

/// The figures of one epoch. Losses are mean cross-entropies, accuracies are 0 to 1.
struct EpochResult {
  int epoch = 0;             ///< from 1
  double learning_rate = 0;  ///< of its last step
  double train_loss = 0;
  double train_accuracy = 0;
  double validation_loss = 0;
  double validation_accuracy = 0;
  double images_per_second = 0;
};

/// How a training run ended.
struct TrainOutcome {
  std::vector<EpochResult> epochs;   ///< those that were finished
  bool interrupted = false;          ///< it was stopped early, by `stop_requested`
  std::filesystem::path checkpoint;  ///< the latest that was written, if any
};

}  // namespace numeral
