#include "train/training/checkpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "native/files.h"
#include "train/base/torch_error.h"
#include "train/training/safetensors.h"

namespace numeral {
namespace {

using nlohmann::ordered_json;

constexpr const char* kFormat = "numeral checkpoint 3";

/// Before version 3 a checkpoint began with a line of its own.
constexpr std::string_view kOldFormat = "numeral checkpoint ";

/// A checkpoint begins with the eight bytes of safetensors' header length, this, and the digits of
/// its SHA-256. JSON objects are sorted by name, so that this name comes first.
constexpr std::string_view kStart = R"({"__metadata__":{"SHA-256":")";
constexpr std::size_t kChecksumAt = 8 + kStart.size();
constexpr std::size_t kChecksumSize = 64;

constexpr const char* kWeights = "weights.";
constexpr const char* kAveraged = "averaged.";
constexpr const char* kFirstMoments = "first_moments.";
constexpr const char* kSecondMoments = "second_moments.";
constexpr const char* kBest = "best.";
constexpr const char* kEpochs = "epochs";
constexpr const char* kRandomState = "random_state";

/// The columns of the tensor of all epochs.
constexpr std::int64_t kEpochColumns = 7;

torch::Tensor tensor_of(const std::vector<EpochResult>& epochs) {
  std::vector<double> values;
  for (const EpochResult& epoch : epochs)
    for (const double value :
         {double(epoch.epoch), epoch.learning_rate, epoch.train_loss, epoch.train_accuracy,
          epoch.validation_loss, epoch.validation_accuracy, epoch.images_per_second})
      values.push_back(value);
  return torch::tensor(values, torch::kFloat64).view({-1, kEpochColumns});
}

std::vector<EpochResult> epochs_of(const torch::Tensor& rows) {
  if (rows.scalar_type() != torch::kFloat64 || rows.dim() != 2 || rows.size(1) != kEpochColumns)
    throw std::runtime_error(fmt::format("epochs: expected rows of {} numbers", kEpochColumns));
  std::vector<EpochResult> epochs;
  for (std::int64_t i = 0; i < rows.size(0); ++i) {
    const double* row = rows.data_ptr<double>() + i * kEpochColumns;
    const auto finite = [](double value) { return std::isfinite(value); };
    if (!std::all_of(row, row + kEpochColumns, finite) || row[5] < 0 || row[5] > 1)
      throw std::runtime_error(fmt::format("epochs: number {} is not one of a run", i + 1));
    epochs.push_back({int(i) + 1, row[1], row[2], row[3], row[4], row[5], row[6]});
  }
  return epochs;
}

/// All of a checkpoint but its tensors.
ordered_json description_of(const Checkpoint& checkpoint) {
  const RunState& run = checkpoint.run;
  return {{"settings", checkpoint.settings},
          {"machine", checkpoint.machine},
          {"epoch", run.epoch},
          {"step", run.step},
          {"totals", {run.totals.loss, run.totals.correct, run.totals.count}},
          {"seconds", run.seconds},
          {"steps", checkpoint.replica.steps},
          {"loss scale", checkpoint.replica.loss_scale}};
}

std::int64_t whole_number(const ordered_json& json) {
  if (!json.is_number_integer()) throw std::runtime_error("expected whole numbers");
  return json.get<std::int64_t>();
}

void read_description(const std::string& text, Checkpoint& checkpoint) {
  const ordered_json json = ordered_json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) throw std::runtime_error("its description is not a JSON object");
  RunState& run = checkpoint.run;
  checkpoint.settings = json.at("settings");
  checkpoint.machine = json.at("machine");
  run.epoch =
      static_cast<int>(std::clamp<std::int64_t>(whole_number(json.at("epoch")), 0, 1 << 30));
  run.step = whole_number(json.at("step"));
  run.totals = {json.at("totals").at(0).get<double>(), json.at("totals").at(1).get<double>(),
                json.at("totals").at(2).get<double>()};
  run.seconds = json.at("seconds").get<double>();
  checkpoint.replica.steps = whole_number(json.at("steps"));
  checkpoint.replica.loss_scale = json.value("loss scale", 0.0);
  if (!(checkpoint.replica.loss_scale >= 0) || !std::isfinite(checkpoint.replica.loss_scale))
    throw std::runtime_error("its loss scale is not a number from 0 on");
}

/// The tensor of this name, or an undefined one.
torch::Tensor tensor_named(const TensorFile& file, std::string_view name) {
  const auto found = std::ranges::find(file.entries, name, &TensorFile::Entry::name);
  return found == file.entries.end() ? torch::Tensor() : found->tensor;
}

Checkpoint checkpoint_of(const TensorFile& file) {
  if (file.metadata.at("format") != kFormat)
    throw std::runtime_error(std::string("expected the format '") + kFormat + "'");
  Checkpoint checkpoint;
  read_description(file.metadata.at("description"), checkpoint);
  Replica::State& replica = checkpoint.replica;
  replica.weights = tensors_with_prefix(file, kWeights);
  replica.averaged = tensors_with_prefix(file, kAveraged);
  replica.first_moments = tensors_with_prefix(file, kFirstMoments).tensors;
  replica.second_moments = tensors_with_prefix(file, kSecondMoments).tensors;
  checkpoint.run.best = tensors_with_prefix(file, kBest);
  if (const torch::Tensor rows = tensor_named(file, kEpochs); rows.defined())
    checkpoint.run.epochs = epochs_of(rows);
  checkpoint.random_state = tensor_named(file, kRandomState);
  return checkpoint;
}

std::string checksum_of(std::string bytes) {
  bytes.replace(kChecksumAt, kChecksumSize, kChecksumSize, '0');
  return sha256_hex({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

/// Throws where the tensors are not laid out like the parameters `like`, the first of all weights.
void check_moments(const char* name, const std::vector<torch::Tensor>& moments,
                   const std::vector<torch::Tensor>& like) {
  bool same = moments.size() == like.size();
  for (std::size_t i = 0; same && i < like.size(); ++i)
    same = moments[i].sizes() == like[i].sizes() && moments[i].is_floating_point();
  if (!same)
    throw std::runtime_error(
        fmt::format("{}: expected the moments of {} parameters", name, like.size()));
}

void check_part(const char* name, const Weights& expected, const Weights& found) {
  try {
    check_layout(expected, found);
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(name + std::string(error.what()));
  }
}

}  // namespace

void set_checksum(std::string& bytes) {
  bytes.replace(kChecksumAt, kChecksumSize, checksum_of(bytes));
}

std::string to_bytes(const Checkpoint& checkpoint) {
  const Replica::State& replica = checkpoint.replica;
  TensorFile file;
  file.metadata = {{"SHA-256", std::string(kChecksumSize, '0')},
                   {"description", description_of(checkpoint).dump()},
                   {"format", kFormat}};
  add_tensors(file, kWeights, replica.weights.names, replica.weights.tensors);
  add_tensors(file, kAveraged, replica.averaged.names, replica.averaged.tensors);
  // Parameters have moments, and come first among the weights.
  add_tensors(file, kFirstMoments, replica.weights.names, replica.first_moments);
  add_tensors(file, kSecondMoments, replica.weights.names, replica.second_moments);
  add_tensors(file, kBest, checkpoint.run.best.names, checkpoint.run.best.tensors);
  if (!checkpoint.run.epochs.empty())
    file.entries.push_back({kEpochs, tensor_of(checkpoint.run.epochs)});
  file.entries.push_back({kRandomState, checkpoint.random_state});
  std::string bytes = to_bytes(file);
  set_checksum(bytes);
  return bytes;
}

Checkpoint parse_checkpoint(const std::string& name, std::string_view bytes) {
  if (bytes.starts_with(kOldFormat))
    throw std::runtime_error(name + ": it is of another version of numeral-train; train anew");
  if (bytes.size() < kChecksumAt + kChecksumSize || bytes.substr(8, kStart.size()) != kStart)
    throw std::runtime_error(name +
                             ": expected a checkpoint of numeral-train, found something else");
  if (bytes.substr(kChecksumAt, kChecksumSize) != checksum_of(std::string(bytes)))
    throw std::runtime_error(name +
                             ": its SHA-256 is not the one that it was written with: it is damaged "
                             "or not whole; take an earlier one");
  try {
    return checkpoint_of(parse_safetensors(bytes));
  } catch (const std::exception& error) {
    throw std::runtime_error(name + ": not a checkpoint as numeral-train writes it: " +
                             without_backtrace(error.what()) + "; take an earlier one");
  }
}

void check_fits(const Checkpoint& checkpoint, const torch::nn::Module& network,
                const RunPlan& plan) {
  const RunState& run = checkpoint.run;
  const Replica::State& replica = checkpoint.replica;
  const auto refuse = [](const std::string& message) { throw std::runtime_error(message); };
  const Weights expected = weights_of(network);
  check_part("not of this network: ", expected, replica.weights);
  if (replica.averaged.empty() == plan.ema)
    refuse(fmt::format("expected {} moving average of the weights", plan.ema ? "a" : "no"));
  if (plan.ema) check_part(kAveraged, expected, replica.averaged);
  const bool begun = replica.steps > 0;
  const std::vector<torch::Tensor> parameters =
      begun ? network.parameters() : std::vector<torch::Tensor>();
  check_moments(kFirstMoments, replica.first_moments, parameters);
  check_moments(kSecondMoments, replica.second_moments, parameters);

  const std::int64_t max_step = run.epoch > plan.epochs ? 0 : plan.steps_per_epoch;
  if (run.epoch < 1 || run.epoch > plan.epochs + 1 || run.step < 0 || run.step > max_step)
    refuse(fmt::format("expected at most {} epochs of {} steps, found epoch {}, step {}",
                       plan.epochs, plan.steps_per_epoch, run.epoch, run.step));
  const std::int64_t steps = (run.epoch - 1) * plan.steps_per_epoch + run.step;
  if (replica.steps != steps)
    refuse(fmt::format("expected the weights after {} steps, found them after {}", steps,
                       replica.steps));
  if (run.epochs.size() != std::size_t(run.epoch - 1))
    refuse(fmt::format("epochs: expected {}, found {}", run.epoch - 1, run.epochs.size()));
  if (run.epoch > 1) check_part(kBest, expected, run.best);
  if (!checkpoint.random_state.defined()) refuse("it has no random_state");
}

}  // namespace numeral
