#include "train/training/checkpoint.h"

#include <ATen/CPUGeneratorImpl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "native/files.h"
#include "train/base/json_reader.h"
#include "train/training/safetensors.h"

namespace numeral {
namespace {

using nlohmann::ordered_json;

constexpr std::string_view kMagic = "numeral checkpoint 2\n";
constexpr std::string_view kAnyVersion = "numeral checkpoint ";
constexpr std::size_t kSumLength = 64;
constexpr std::size_t kLengthDigits = 16;
constexpr std::size_t kHeader = kMagic.size() + kLengthDigits + 1 + kSumLength + 1;

/// More than --epochs takes, and more steps and seconds than a run could last.
constexpr std::int64_t kMaxEpochs = 10000;
constexpr std::int64_t kMaxSteps = std::int64_t(1) << 48;
constexpr double kMaxNumber = 1e15;
constexpr std::size_t kMaxSettings = 100;
constexpr std::size_t kMaxSettingLength = 200;

constexpr const char* kWeights = "weights.";
constexpr const char* kAveraged = "averaged.";
constexpr const char* kFirstMoments = "first_moments.";
constexpr const char* kSecondMoments = "second_moments.";
constexpr const char* kBest = "best.";
constexpr const char* kEpochs = "epochs";
constexpr const char* kRandomState = "random_state";

/// The numbers of an epoch, as they stand in a row of the tensor of all.
constexpr std::int64_t kEpochNumbers = 7;

std::array<double, kEpochNumbers> numbers_of(const EpochResult& epoch) {
  return {double(epoch.epoch),    epoch.learning_rate,   epoch.train_loss,
          epoch.train_accuracy,   epoch.validation_loss, epoch.validation_accuracy,
          epoch.images_per_second};
}

torch::Tensor tensor_of(const std::vector<EpochResult>& epochs) {
  torch::Tensor rows = torch::empty({std::int64_t(epochs.size()), kEpochNumbers}, torch::kFloat64);
  auto* place = rows.data_ptr<double>();
  for (const EpochResult& epoch : epochs) {
    const auto numbers = numbers_of(epoch);
    place = std::copy(numbers.begin(), numbers.end(), place);
  }
  return rows;
}

/// All of a checkpoint but its tensors.
ordered_json description_of(const Checkpoint& checkpoint) {
  const RunState& run = checkpoint.run;
  return {{"settings", checkpoint.settings},
          {"machine", checkpoint.machine},
          {"epoch", run.epoch},
          {"step", run.step},
          {"totals", {run.totals.loss, run.totals.correct, run.totals.count, run.totals.stop}},
          {"seconds", run.seconds},
          {"steps", checkpoint.replica.steps}};
}

void add(TensorFile& file, const std::string& prefix, const std::vector<std::string>& names,
         const std::vector<torch::Tensor>& tensors) {
  for (std::size_t i = 0; i < tensors.size(); ++i)
    file.entries.push_back({prefix + names[i], tensors[i]});
}

TensorFile file_of(const Checkpoint& checkpoint) {
  const Replica::State& replica = checkpoint.replica;
  TensorFile file{description_of(checkpoint).dump(), {}};
  add(file, kWeights, replica.weights.names, replica.weights.tensors);
  add(file, kAveraged, replica.averaged.names, replica.averaged.tensors);
  // The parameters come first among the weights, and have the moments.
  add(file, kFirstMoments, replica.weights.names, replica.first_moments);
  add(file, kSecondMoments, replica.weights.names, replica.second_moments);
  add(file, kBest, checkpoint.run.best.names, checkpoint.run.best.tensors);
  if (!checkpoint.run.epochs.empty())
    file.entries.push_back({kEpochs, tensor_of(checkpoint.run.epochs)});
  file.entries.push_back({kRandomState, checkpoint.random_state});
  return file;
}

std::string sum_of(std::string_view bytes) {
  return sha256_hex({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

/// Settings are shown to people where they differ.
bool is_setting(const std::string& name, const ordered_json& value) {
  const auto plain = [](char c) { return c >= ' ' && c < '\x7f'; };
  if (name.empty() || name.size() > kMaxSettingLength || !std::ranges::all_of(name, plain))
    return false;
  if (!value.is_string()) return value.is_number() || value.is_boolean();
  const auto& text = value.get_ref<const std::string&>();
  return text.size() <= kMaxSettingLength && std::ranges::all_of(text, plain);
}

/// Finds the parts of a description and fails on the first that is not as it must be.
class DescriptionReader {
 public:
  explicit DescriptionReader(const ordered_json& json) : json_(json) {}

  void read(const char* name, std::int64_t low, std::int64_t high, std::int64_t& value) {
    if (const auto found = whole_number(at(name), low, high))
      value = *found;
    else
      note(fmt::format("{}: expected a whole number from {} to {}", name, low, high));
  }

  void read(const char* name, double& value) {
    if (const auto found = number(at(name), 0, kMaxNumber))
      value = *found;
    else
      note(fmt::format("{}: expected a number from 0 to {}", name, kMaxNumber));
  }

  void read(const char* name, Sums& sums) {
    const ordered_json& json = at(name);
    std::array<double, 4> values = {};
    for (std::size_t i = 0; i < values.size(); ++i) {
      const auto found = json.is_array() && json.size() == values.size()
                             ? number(json[i], -kMaxNumber, kMaxNumber)
                             : std::nullopt;
      if (!found) return note(fmt::format("{}: expected four finite numbers", name));
      values[i] = *found;
    }
    sums = {values[0], values[1], values[2], values[3]};
    if (sums.correct < 0 || sums.correct > sums.count || sums.stop != 0)
      note(fmt::format("{}: they do not go together", name));
  }

  void read(const char* name, ordered_json& settings) {
    const ordered_json& json = at(name);
    if (!json.is_object() || json.size() > kMaxSettings)
      return note(fmt::format("{}: expected up to {} settings", name, kMaxSettings));
    for (const auto& [key, value] : json.items())
      if (!is_setting(key, value))
        return note(fmt::format("{}: expected names with numbers or short texts", name));
    settings = json;
  }

  const std::optional<Error>& error() const { return error_; }

 private:
  const ordered_json& at(const char* name) {
    static const ordered_json none;
    const auto found = json_.find(name);
    return found == json_.end() ? none : *found;
  }

  void note(std::string message) {
    if (!error_) error_ = Error{std::move(message)};
  }

  const ordered_json& json_;
  std::optional<Error> error_;
};

Result<void> read_description(const std::string& text, Checkpoint& checkpoint) {
  const auto json = parse_object(text);
  if (!json) return fail("its description: " + json.error().message);
  RunState& run = checkpoint.run;
  std::int64_t epoch = 0;
  DescriptionReader reader(*json);
  reader.read("settings", checkpoint.settings);
  reader.read("machine", checkpoint.machine);
  reader.read("epoch", 1, kMaxEpochs + 1, epoch);
  reader.read("step", 0, kMaxSteps, run.step);
  reader.read("totals", run.totals);
  reader.read("seconds", run.seconds);
  reader.read("steps", 0, kMaxSteps, checkpoint.replica.steps);
  if (reader.error()) return tl::unexpected(*reader.error());
  run.epoch = static_cast<int>(epoch);
  if ((run.step > 0) != (run.totals.count > 0))
    return fail("totals: they are not of as many steps as are done");
  return {};
}

/// Hands out the tensors of a file in the order that `file_of` puts them in.
class EntryReader {
 public:
  explicit EntryReader(TensorFile file) : entries_(std::move(file.entries)) {}

  /// All that follow whose names begin with `prefix`, which is taken away.
  Weights take(std::string_view prefix) {
    Weights taken;
    for (; next_ < entries_.size() && entries_[next_].name.starts_with(prefix); ++next_) {
      taken.names.push_back(entries_[next_].name.substr(prefix.size()));
      taken.tensors.push_back(entries_[next_].tensor);
    }
    return taken;
  }

  /// The next, if it has this name.
  torch::Tensor take_one(std::string_view name) {
    if (next_ == entries_.size() || entries_[next_].name != name) return {};
    return entries_[next_++].tensor;
  }

  bool at_end() const { return next_ == entries_.size(); }

 private:
  std::vector<TensorFile::Entry> entries_;
  std::size_t next_ = 0;
};

/// AdamW's moments of the first weights, which are parameters.
Result<std::vector<torch::Tensor>> read_moments(EntryReader& reader, const char* prefix,
                                                const Weights& weights) {
  const Weights moments = reader.take(prefix);
  if (moments.names.size() > weights.names.size())
    return fail(fmt::format("{} there are more than weights", prefix));
  const auto count = static_cast<std::ptrdiff_t>(moments.names.size());
  const Weights of{{weights.names.begin(), weights.names.begin() + count},
                   {weights.tensors.begin(), weights.tensors.begin() + count}};
  if (auto same = check_layout(of, moments); !same) return fail(prefix + same.error().message);
  if (!all_finite(moments.tensors)) return fail(fmt::format("{} a value is not finite", prefix));
  return moments.tensors;
}

/// The epochs that are done, numbered from 1 to one less than the one under way.
Result<std::vector<EpochResult>> read_epochs(const torch::Tensor& rows, int under_way) {
  const std::int64_t count = under_way - 1;
  const bool fits = rows.defined() ? rows.scalar_type() == torch::kFloat64 && rows.dim() == 2 &&
                                         rows.size(0) == count && rows.size(1) == kEpochNumbers
                                   : count == 0;
  if (!fits) return fail(fmt::format("epochs: expected {} of {} numbers", count, kEpochNumbers));
  std::vector<EpochResult> epochs;
  for (int epoch = 1; epoch <= count; ++epoch) {
    const auto* row = rows.data_ptr<double>() + (epoch - 1) * kEpochNumbers;
    const auto is_share = [](double value) { return value >= 0 && value <= 1; };
    const bool sound = std::all_of(row, row + kEpochNumbers,
                                   [](double value) { return std::abs(value) <= kMaxNumber; }) &&
                       row[0] == epoch && row[1] >= 0 && is_share(row[3]) && is_share(row[5]) &&
                       row[6] >= 0;
    if (!sound) return fail(fmt::format("epochs: number {} is not one of a run", epoch));
    epochs.push_back({epoch, row[1], row[2], row[3], row[4], row[5], row[6]});
  }
  return epochs;
}

/// The weights of a network like that of `like`, or none.
Result<Weights> read_weights(EntryReader& reader, const char* prefix, const Weights& like) {
  Weights weights = reader.take(prefix);
  if (weights.empty()) return weights;
  if (auto same = check_layout(like, weights); !same) return fail(prefix + same.error().message);
  if (!all_finite(weights.tensors)) return fail(fmt::format("{} a value is not finite", prefix));
  return weights;
}

Result<void> read_tensors(TensorFile file, Checkpoint& checkpoint) {
  EntryReader reader(std::move(file));
  Replica::State& replica = checkpoint.replica;
  RunState& run = checkpoint.run;
  replica.weights = reader.take(kWeights);
  if (replica.weights.empty()) return fail("it has no weights");
  if (!all_finite(replica.weights.tensors)) return fail("weights. a value is not finite");
  auto averaged = read_weights(reader, kAveraged, replica.weights);
  if (!averaged) return tl::unexpected(averaged.error());
  replica.averaged = std::move(*averaged);
  auto first = read_moments(reader, kFirstMoments, replica.weights);
  if (!first) return tl::unexpected(first.error());
  replica.first_moments = std::move(*first);
  auto second = read_moments(reader, kSecondMoments, replica.weights);
  if (!second) return tl::unexpected(second.error());
  replica.second_moments = std::move(*second);
  auto best = read_weights(reader, kBest, replica.weights);
  if (!best) return tl::unexpected(best.error());
  run.best = std::move(*best);
  auto epochs = read_epochs(reader.take_one(kEpochs), run.epoch);
  if (!epochs) return tl::unexpected(epochs.error());
  run.epochs = std::move(*epochs);
  checkpoint.random_state = reader.take_one(kRandomState);
  if (!checkpoint.random_state.defined() || !reader.at_end())
    return fail("its tensors are not those of a checkpoint, in their order");
  return {};
}

/// Whether what was read each for itself goes together.
Result<void> check_whole(const Checkpoint& checkpoint) {
  const Replica::State& replica = checkpoint.replica;
  if (replica.first_moments.size() != replica.second_moments.size())
    return fail("expected as many second_moments as first_moments");
  for (const torch::Tensor& moments : replica.second_moments)
    if (moments.lt(0).any().item<bool>()) return fail("second_moments: expected none below 0");
  if (replica.first_moments.empty() != (replica.steps == 0))
    return fail("moments: expected them after the first step, and not before");
  if (checkpoint.run.best.empty() != checkpoint.run.epochs.empty())
    return fail("best: expected weights after the first epoch, and not before");
  if (checkpoint.random_state.scalar_type() != torch::kUInt8 || checkpoint.random_state.dim() != 1)
    return fail("random_state: expected bytes");
  return {};
}

Result<Checkpoint> read_content(std::string_view content) {
  Result<TensorFile> file = parse_tensor_file(content);
  if (!file) return tl::unexpected(file.error());
  Checkpoint checkpoint;
  if (auto read = read_description(file->description, checkpoint); !read)
    return tl::unexpected(read.error());
  if (auto read = read_tensors(std::move(*file), checkpoint); !read)
    return tl::unexpected(read.error());
  if (auto checked = check_whole(checkpoint); !checked) return tl::unexpected(checked.error());
  return checkpoint;
}

/// Whether libtorch takes `state` for its generator. Another one is asked, so that nothing changes.
bool is_random_state(const torch::Tensor& state) {
  try {
    at::Generator generator = at::detail::createCPUGenerator();
    generator.set_state(state);
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

}  // namespace

std::string seal_checkpoint(std::string_view content) {
  return fmt::format("{}{:016x}\n{}\n{}", kMagic, content.size(), sum_of(content), content);
}

std::string to_bytes(const Checkpoint& checkpoint) {
  return seal_checkpoint(to_bytes(file_of(checkpoint)));
}

Result<Checkpoint> parse_checkpoint(const std::string& name, std::string_view bytes) {
  if (!bytes.starts_with(kMagic.substr(0, std::min(kMagic.size(), bytes.size()))))
    return fail(name + (bytes.starts_with(kAnyVersion)
                            ? ": it is of another version of numeral-train; train anew"
                            : ": expected a checkpoint of numeral-train, found something else"));
  std::size_t length = 0;
  if (bytes.size() >= kHeader)
    std::from_chars(bytes.data() + kMagic.size(), bytes.data() + kMagic.size() + kLengthDigits,
                    length, 16);
  const std::string_view content = bytes.substr(std::min(kHeader, bytes.size()));
  if (bytes.size() < kHeader || content.size() != length)
    return fail(
        fmt::format("{}: expected a checkpoint of {} bytes, found {}: it is not whole; "
                    "take an earlier one",
                    name, kHeader + length, bytes.size()));
  if (bytes.substr(kMagic.size() + kLengthDigits + 1, kSumLength) != sum_of(content))
    return fail(name +
                ": its SHA-256 is not the one that it was written with: it is damaged; "
                "take an earlier one");
  return read_content(content).map_error([&](const Error& error) {
    return Error{name + ": not a checkpoint as numeral-train writes it: " + error.message +
                 "; take an earlier one"};
  });
}

Result<void> check_fits(const Checkpoint& checkpoint, const torch::nn::Module& network,
                        const RunPlan& plan) {
  const RunState& run = checkpoint.run;
  const Replica::State& replica = checkpoint.replica;
  if (auto same = check_layout(weights_of(network), replica.weights); !same)
    return fail("not of this network: " + same.error().message);
  if (replica.averaged.empty() == plan.averages)
    return fail(fmt::format("expected {} average of the weights", plan.averages ? "an" : "no"));
  const std::size_t moments = replica.steps > 0 ? network.parameters().size() : 0;
  if (replica.first_moments.size() != moments)
    return fail(fmt::format("expected the moments of {} parameters, found those of {}", moments,
                            replica.first_moments.size()));
  const std::int64_t most_steps = run.epoch > plan.epochs ? 0 : plan.steps_per_epoch;
  if (run.epoch > plan.epochs + 1 || run.step > most_steps)
    return fail(fmt::format("expected at most {} epochs of {} steps, found epoch {}, step {}",
                            plan.epochs, plan.steps_per_epoch, run.epoch, run.step));
  const std::int64_t steps = (run.epoch - 1) * plan.steps_per_epoch + run.step;
  if (replica.steps != steps)
    return fail(fmt::format("expected the weights after {} steps, found them after {}", steps,
                            replica.steps));
  if (!is_random_state(checkpoint.random_state))
    return fail("its random_state is not one of this libtorch");
  return {};
}

}  // namespace numeral
