#pragma once

#include <filesystem>

#include "train/training/checkpoint.h"

namespace numeral {

/// The files in a run's checkpoint folder: the latest checkpoint, and the one before.
inline constexpr const char* kLatestCheckpoint = "latest.safetensors";
inline constexpr const char* kPreviousCheckpoint = "previous.safetensors";

/// Writes `checkpoint` as the latest in `folder`, which is made if it is missing; the former latest
/// becomes the previous. Returns the new file. Throws std::runtime_error where it cannot be
/// written. Whatever happens, the process being killed included, one whole checkpoint stays.
std::filesystem::path save_checkpoint(const std::filesystem::path& folder,
                                      const Checkpoint& checkpoint);

/// Reads the checkpoint `path`, or if it is a folder (or a folder with a folder "checkpoints"), the
/// latest in it that is whole. Throws std::runtime_error where there is none; the message names the
/// file.
Checkpoint load_checkpoint(const std::filesystem::path& path);

}  // namespace numeral
