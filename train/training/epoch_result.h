#pragma once

namespace numeral {

/// What one epoch brought. Losses are mean cross-entropies, accuracies are 0 to 1.
struct EpochResult {
  int epoch = 0;             ///< from 1
  double learning_rate = 0;  ///< of its last step
  double train_loss = 0;
  double train_accuracy = 0;
  double validation_loss = 0;
  double validation_accuracy = 0;
  double images_per_second = 0;
};

}  // namespace numeral
