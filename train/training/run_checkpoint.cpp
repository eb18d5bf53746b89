#include "train/training/run_checkpoint.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "native/files.h"
#include "train/network/network.h"
#include "train/training/settings.h"
#include "train/base/json_reader.h"

namespace numeral {
namespace {

namespace fs = std::filesystem;

/// Several times that of the widest network that --width takes.
constexpr std::size_t kMaxFileSize = std::size_t(1) << 30;

/// Removes what a killed run left of a checkpoint that it was just writing.
void remove_leftovers(const fs::path& folder) {
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored))
    if (entry.path().filename().string().starts_with(std::string(kLatestCheckpoint) + ".partial-"))
      fs::remove(entry.path(), ignored);
}

/// Where a folder's checkpoints may be, the best first; a file is just itself.
std::vector<fs::path> candidates(const fs::path& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return {path};
  const fs::path inner = path / "checkpoints";
  const fs::path& folder = fs::is_directory(inner, error) ? inner : path;
  return {folder / kLatestCheckpoint, folder / kPreviousCheckpoint};
}

Result<Checkpoint> load_file(const fs::path& path) {
  const auto bytes = read_file(path, kMaxFileSize);
  if (!bytes) return tl::unexpected(bytes.error());
  return parse_checkpoint(path.string(),
                          {reinterpret_cast<const char*>(bytes->data()), bytes->size()});
}

}  // namespace

Result<fs::path> save_checkpoint(const fs::path& folder, const Checkpoint& checkpoint) {
  const fs::path latest = folder / kLatestCheckpoint;
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return fail(folder.string() + ": the folder cannot be made: " + error.message());
  remove_leftovers(folder);
  const std::string bytes = to_bytes(checkpoint);
  const auto written =
      write_file_atomically(latest, [&](const fs::path& temporary) -> Result<void> {
        if (auto done = write_and_fsync(temporary, bytes); !done) return done;
        // Between this and the renaming that follows there is only the previous one.
        std::error_code none;
        fs::rename(latest, folder / kPreviousCheckpoint, none);
        return {};
      });
  if (!written)
    return fail(fmt::format("{}: cannot be written ({} bytes): {}", latest.string(), bytes.size(),
                            written.error().message));
  return latest;
}

Result<Checkpoint> load_checkpoint(const fs::path& path) {
  std::vector<std::string> failures;
  for (const fs::path& candidate : candidates(path)) {
    Result<Checkpoint> checkpoint = load_file(candidate);
    if (checkpoint) {
      if (!failures.empty()) spdlog::warn("{}; going back to {}", failures[0], candidate.string());
      return checkpoint;
    }
    failures.push_back(checkpoint.error().message);
  }
  return fail(failures[0]);
}

Result<torch::nn::Sequential> load_network(const fs::path& path, int outputs) {
  const Result<Checkpoint> checkpoint = load_checkpoint(path);
  if (!checkpoint) return tl::unexpected(checkpoint.error());
  if (checkpoint->run.best.empty())
    return fail(path.string() + ": its first epoch was not finished, so it has no best weights");
  const auto setting = checkpoint->settings.find(kWidthSetting);
  const auto width =
      setting == checkpoint->settings.end() ? std::nullopt : number(*setting, kMinWidth, kMaxWidth);
  if (!width)
    return fail(fmt::format("{}: its {} is not one from {} to {}; train it anew", path.string(),
                            kWidthSetting, kMinWidth, kMaxWidth));
  torch::nn::Sequential network = make_network(outputs, *width);
  if (auto set = set_weights(*network, checkpoint->run.best); !set)
    return fail(path.string() + ": not of this network: " + set.error().message);
  return network;
}

}  // namespace numeral
