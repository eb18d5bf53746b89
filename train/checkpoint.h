#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "../src/error.h"
#include "epoch_result.h"
#include "replica.h"

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
  nlohmann::ordered_json settings;  ///< `decisive_settings` and what else must be the same
  nlohmann::ordered_json machine;   ///< devices and threads, which may change
  RunState run;
  Replica::State replica;
  torch::Tensor random_state;  ///< of libtorch's generator for the processor
};

/// A checkpoint as bytes: a line that says what it is, the length and SHA-256 of the rest, and a
/// libtorch archive.
std::string to_bytes(const Checkpoint& checkpoint);

/// Fails on anything but a whole checkpoint. `name` is for the message.
Result<Checkpoint> parse_checkpoint(const std::string& name, std::string_view bytes);

/// The files in a run's checkpoint folder: the latest, and the one before.
inline constexpr const char* kLatestCheckpoint = "latest.checkpoint";
inline constexpr const char* kPreviousCheckpoint = "previous.checkpoint";

/// Writes `checkpoint` as the latest in `folder`, which is made if it is missing; the one that was
/// the latest becomes the previous. Whatever happens, a whole one stays. Returns the new file.
Result<std::filesystem::path> save_checkpoint(const std::filesystem::path& folder,
                                              const Checkpoint& checkpoint);

/// Reads a checkpoint, or of a folder (or its folder "checkpoints") the latest that is whole.
Result<Checkpoint> load_checkpoint(const std::filesystem::path& path);

/// The network with `outputs` outputs that a checkpoint is of, with the weights of its best epoch
/// so far: those that would be published. `path` is as for `load_checkpoint`. Fails where the
/// network has other outputs.
Result<torch::nn::Sequential> load_network(const std::filesystem::path& path, int outputs);

}  // namespace numeral
