#include "checkpoint.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <sstream>

#include "../src/files.h"
#include "network.h"
#include "one_line.h"
#include "settings.h"

namespace numeral {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;
using torch::serialize::InputArchive;
using torch::serialize::OutputArchive;

constexpr std::string_view kMagic = "numeral checkpoint 1\n";
constexpr std::size_t kSumLength = 64;
constexpr std::size_t kLargest = std::size_t(4) << 30;

ordered_json to_json(const EpochResult& epoch) {
  return {{"epoch", epoch.epoch},
          {"learning_rate", epoch.learning_rate},
          {"train_loss", epoch.train_loss},
          {"train_accuracy", epoch.train_accuracy},
          {"validation_loss", epoch.validation_loss},
          {"validation_accuracy", epoch.validation_accuracy},
          {"images_per_second", epoch.images_per_second}};
}

EpochResult epoch_of(const ordered_json& json) {
  EpochResult epoch;
  json.at("epoch").get_to(epoch.epoch);
  json.at("learning_rate").get_to(epoch.learning_rate);
  json.at("train_loss").get_to(epoch.train_loss);
  json.at("train_accuracy").get_to(epoch.train_accuracy);
  json.at("validation_loss").get_to(epoch.validation_loss);
  json.at("validation_accuracy").get_to(epoch.validation_accuracy);
  json.at("images_per_second").get_to(epoch.images_per_second);
  return epoch;
}

/// All of a checkpoint but its tensors.
ordered_json description_of(const Checkpoint& checkpoint) {
  const RunState& run = checkpoint.run;
  ordered_json epochs = ordered_json::array();
  for (const EpochResult& epoch : run.epochs) epochs.push_back(to_json(epoch));
  return {{"settings", checkpoint.settings},
          {"machine", checkpoint.machine},
          {"epoch", run.epoch},
          {"step", run.step},
          {"totals", {run.totals.loss, run.totals.correct, run.totals.count, run.totals.stop}},
          {"seconds", run.seconds},
          {"epochs", epochs},
          {"steps", checkpoint.replica.steps},
          {"names", checkpoint.replica.weights.names},
          {"averaged", !checkpoint.replica.averaged.empty()},
          {"best", !run.best.empty()}};
}

void read_description(const ordered_json& json, Checkpoint& checkpoint) {
  RunState& run = checkpoint.run;
  checkpoint.settings = json.at("settings");
  checkpoint.machine = json.at("machine");
  json.at("epoch").get_to(run.epoch);
  json.at("step").get_to(run.step);
  const auto totals = json.at("totals").get<std::array<double, 4>>();
  run.totals = {totals[0], totals[1], totals[2], totals[3]};
  json.at("seconds").get_to(run.seconds);
  for (const ordered_json& epoch : json.at("epochs")) run.epochs.push_back(epoch_of(epoch));
  json.at("steps").get_to(checkpoint.replica.steps);
  json.at("names").get_to(checkpoint.replica.weights.names);
  if (json.at("averaged")) checkpoint.replica.averaged.names = checkpoint.replica.weights.names;
  if (json.at("best")) run.best.names = checkpoint.replica.weights.names;
}

void write(OutputArchive& archive, const std::string& name,
           const std::vector<torch::Tensor>& tensors) {
  archive.write(name, c10::IValue(tensors));
}

std::vector<torch::Tensor> read(InputArchive& archive, const std::string& name) {
  c10::IValue value;
  archive.read(name, value);
  return value.toTensorVector();
}

/// Reads the tensors of `weights`, whose names are known.
void read(InputArchive& archive, const std::string& name, Weights& weights) {
  weights.tensors = read(archive, name);
  TORCH_CHECK(weights.tensors.size() == weights.names.size(), name, " is not complete");
}

std::string archive_of(const Checkpoint& checkpoint) {
  OutputArchive archive;
  archive.write("description", c10::IValue(description_of(checkpoint).dump()));
  write(archive, "weights", checkpoint.replica.weights.tensors);
  write(archive, "averaged", checkpoint.replica.averaged.tensors);
  write(archive, "first_moments", checkpoint.replica.first_moments);
  write(archive, "second_moments", checkpoint.replica.second_moments);
  write(archive, "best", checkpoint.run.best.tensors);
  archive.write("random_state", checkpoint.random_state);
  std::ostringstream stream;
  archive.save_to(stream);
  return stream.str();
}

Checkpoint read_archive(std::string_view bytes) {
  InputArchive archive;
  archive.load_from(bytes.data(), bytes.size(), torch::kCPU);
  Checkpoint checkpoint;
  c10::IValue description;
  archive.read("description", description);
  read_description(ordered_json::parse(description.toStringRef()), checkpoint);
  read(archive, "weights", checkpoint.replica.weights);
  read(archive, "averaged", checkpoint.replica.averaged);
  checkpoint.replica.first_moments = read(archive, "first_moments");
  checkpoint.replica.second_moments = read(archive, "second_moments");
  read(archive, "best", checkpoint.run.best);
  archive.read("random_state", checkpoint.random_state);
  return checkpoint;
}

std::string sum_of(std::string_view bytes) {
  return sha256_hex({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

/// Writes a file and waits until it is on the disk, so that not even a power failure right after
/// the renaming takes it away.
Result<void> write_durably(const fs::path& path, std::string_view bytes) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  bool written = file >= 0;
  while (written && !bytes.empty()) {
    const ssize_t count = ::write(file, bytes.data(), bytes.size());
    written = count > 0 || (count < 0 && errno == EINTR);
    if (count > 0) bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  written = written && fsync(file) == 0;
  const int reason = errno;
  if (file >= 0) close(file);
  if (!written) return fail(std::strerror(reason));
  return {};
}

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
  const auto bytes = read_file(path, kLargest);
  if (!bytes) return tl::unexpected(bytes.error());
  return parse_checkpoint(path.string(),
                          {reinterpret_cast<const char*>(bytes->data()), bytes->size()});
}

}  // namespace

std::string to_bytes(const Checkpoint& checkpoint) {
  const std::string archive = archive_of(checkpoint);
  return fmt::format("{}{:016x}\n{}\n{}", kMagic, archive.size(), sum_of(archive), archive);
}

Result<Checkpoint> parse_checkpoint(const std::string& name, std::string_view bytes) {
  constexpr std::size_t kLengthDigits = 16;
  constexpr std::size_t kHeader = kMagic.size() + kLengthDigits + 1 + kSumLength + 1;
  if (!bytes.starts_with(kMagic.substr(0, std::min(kMagic.size(), bytes.size()))))
    return fail(name + ": expected a checkpoint of numeral-train, found something else");
  std::size_t length = 0;
  if (bytes.size() >= kHeader)
    std::from_chars(bytes.data() + kMagic.size(), bytes.data() + kMagic.size() + kLengthDigits,
                    length, 16);
  const std::string_view archive = bytes.substr(std::min(kHeader, bytes.size()));
  if (bytes.size() < kHeader || archive.size() != length)
    return fail(
        fmt::format("{}: expected a checkpoint of {} bytes, found {}: it is not whole; "
                    "take an earlier one",
                    name, kHeader + length, bytes.size()));
  if (bytes.substr(kMagic.size() + kLengthDigits + 1, kSumLength) != sum_of(archive))
    return fail(name +
                ": its SHA-256 is not the one that it was written with: it is damaged; "
                "take an earlier one");
  try {
    return read_archive(archive);
  } catch (const std::exception& error) {
    return fail(name + ": not a checkpoint of this version of numeral-train: " +
                one_line(std::string_view(error.what()).substr(0, 200)));
  }
}

Result<fs::path> save_checkpoint(const fs::path& folder, const Checkpoint& checkpoint) {
  const fs::path latest = folder / kLatestCheckpoint;
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return fail(folder.string() + ": the folder cannot be made: " + error.message());
  remove_leftovers(folder);
  const std::string bytes = to_bytes(checkpoint);
  const auto written =
      write_file_atomically(latest, [&](const fs::path& temporary) -> Result<void> {
        if (auto done = write_durably(temporary, bytes); !done) return done;
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
  const nlohmann::ordered_json& settings = checkpoint->settings;
  const auto width = settings.find(kWidthSetting);
  if (width == settings.end() || !width->is_number())
    return fail(path.string() + ": it does not say " + kWidthSetting + "; train it anew");
  torch::nn::Sequential network = make_network(outputs, *width);
  if (auto set = set_weights(*network, checkpoint->run.best); !set)
    return fail(path.string() + ": not of this network: " + set.error().message);
  return network;
}

}  // namespace numeral
