#include "train/training/run_checkpoint.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <exception>
#include <stdexcept>

#include "native/files.h"
#include "train/base/or_throw.h"
#include "train/training/safetensors.h"

namespace numeral {
namespace {

namespace fs = std::filesystem;

/// Removes partly written checkpoints of a killed run.
void remove_leftovers(const fs::path& folder) {
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored))
    if (entry.path().filename().string().starts_with(std::string(kLatestCheckpoint) + ".partial-"))
      fs::remove(entry.path(), ignored);
}

/// The files to try, in this order.
std::vector<fs::path> candidates(const fs::path& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return {path};
  const fs::path inner = path / "checkpoints";
  const fs::path& folder = fs::is_directory(inner, error) ? inner : path;
  return {folder / kLatestCheckpoint, folder / kPreviousCheckpoint};
}

Checkpoint load_file(const fs::path& path) {
  const auto bytes = or_throw(read_file(path, kMaxTensorFileSize));
  return parse_checkpoint(path.string(),
                          {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

}  // namespace

fs::path save_checkpoint(const fs::path& folder, const Checkpoint& checkpoint) {
  const fs::path latest = folder / kLatestCheckpoint;
  std::error_code error;
  fs::create_directories(folder, error);
  if (error)
    throw std::runtime_error(folder.string() + ": the folder cannot be made: " + error.message());
  remove_leftovers(folder);
  const std::string bytes = to_bytes(checkpoint);
  const auto written =
      write_file_atomically(latest, [&](const fs::path& temporary) -> Result<void> {
        if (auto done = write_and_fsync(temporary, bytes); !done) return done;
        // Until the renaming that follows there is only the previous one.
        std::error_code ignored;
        fs::rename(latest, folder / kPreviousCheckpoint, ignored);
        return {};
      });
  if (!written)
    throw std::runtime_error(fmt::format("{}: cannot be written ({} bytes): {}", latest.string(),
                                         bytes.size(), written.error().message));
  return latest;
}

Checkpoint load_checkpoint(const fs::path& path) {
  std::exception_ptr first;
  std::string reason;
  for (const fs::path& candidate : candidates(path)) {
    try {
      Checkpoint checkpoint = load_file(candidate);
      if (first) spdlog::warn("{}; going back to {}", reason, candidate.string());
      return checkpoint;
    } catch (const std::exception& error) {
      if (first) break;
      first = std::current_exception();
      reason = error.what();
    }
  }
  std::rethrow_exception(first);
}

}  // namespace numeral
