#pragma once

#include <filesystem>

#include "train/training/checkpoint.h"

namespace numeral {

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
