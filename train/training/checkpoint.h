#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "train/training/epoch_result.h"
#include "train/training/replica.h"

namespace numeral {

/// How far a run has come, apart from what its replicas hold.
struct RunState {
  int epoch = 1;          ///< under way, from 1; when all are done, one more than the last
  std::int64_t step = 0;  ///< finished steps of this epoch
  Sums totals;            ///< of those steps
  double seconds = 0;     ///< that those steps took
  std::vector<EpochResult> epochs;  ///< the finished ones
  Weights best;                     ///< of the best of them; empty before the first
};

/// All that a run needs to continue as if it had never stopped.
struct Checkpoint {
  nlohmann::ordered_json settings;  ///< hyperparameters and data: they must be the same on resume
  nlohmann::ordered_json machine;   ///< devices and threads: they may change
  RunState run;
  Replica::State replica;
  torch::Tensor random_state;  ///< of libtorch's CPU generator
};

/// What a run expects of its checkpoints.
struct RunPlan {
  int epochs = 1;
  std::int64_t steps_per_epoch = 1;
  bool ema = true;  ///< whether a moving average of the weights is kept
};

/// A checkpoint as a safetensors file, which other tools open as well. Its metadata are a
/// description (JSON) and the SHA-256 of the whole file, for which its own digits count as zeros.
std::string to_bytes(const Checkpoint& checkpoint);

/// Writes the right SHA-256 into the bytes of a checkpoint, which are at least 200.
void set_checksum(std::string& bytes);

/// Reads a checkpoint. Throws std::runtime_error where it is none, is damaged or not whole; the
/// message is one line, begins with `name` and says what to do. The bytes may come from anywhere:
/// what the checkpoint holds is to be checked by `check_fits` before it is used.
Checkpoint parse_checkpoint(const std::string& name, std::string_view bytes);

/// Throws std::runtime_error where a run of `network` cannot resume from `checkpoint`, whatever its
/// settings say: names and shapes of all weights, epochs and steps must be those of the run.
void check_fits(const Checkpoint& checkpoint, const torch::nn::Module& network,
                const RunPlan& plan);

}  // namespace numeral
