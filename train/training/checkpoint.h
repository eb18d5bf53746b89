#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "train/training/epoch_result.h"
#include "train/training/replica.h"

namespace numeral {

/// How far a run has come, apart from what its replicas hold.
struct RunState {
  int epoch = 1;          ///< under way, from 1; one more than there are when all are done
  std::int64_t step = 0;  ///< steps of it that are done
  Sums totals;            ///< of those steps
  double seconds = 0;     ///< that they took
  std::vector<EpochResult> epochs;  ///< those that are done
  Weights best;                     ///< of the best of them
};

/// All that a run needs to go on as if nothing had happened.
struct Checkpoint {
  nlohmann::ordered_json settings;  ///< `hyperparameters` and what else must be the same
  nlohmann::ordered_json machine;   ///< devices and threads, which may change
  RunState run;
  Replica::State replica;
  torch::Tensor random_state;  ///< of libtorch's generator for the processor
};

/// What a run says of itself beside its settings.
struct RunPlan {
  int epochs = 1;
  std::int64_t steps_per_epoch = 1;
  bool averages = true;  ///< whether an average of the weights is kept
};

/// A checkpoint as bytes: a line that says what it is, the length and SHA-256 of the rest, and a
/// `TensorFile`.
std::string to_bytes(const Checkpoint& checkpoint);

/// Such bytes with any content, for which the length and the SHA-256 are right.
std::string seal_checkpoint(std::string_view content);

/// Fails on anything but a whole checkpoint whose parts go together: the bytes may come from
/// anywhere. `name` is for the message.
Result<Checkpoint> parse_checkpoint(const std::string& name, std::string_view bytes);

/// Fails where a run of `network` cannot go on from `checkpoint`, whatever its settings say.
Result<void> check_fits(const Checkpoint& checkpoint, const torch::nn::Module& network,
                        const RunPlan& plan);

}  // namespace numeral
