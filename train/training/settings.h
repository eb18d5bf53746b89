#pragma once

#include <torch/torch.h>

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <variant>
#include <vector>

#include "core/preprocess.h"
#include "train/augmentation/augmentation.h"
#include "train/distributed/launch.h"
#include "train/network/mixed_precision.h"

namespace numeral {

/// Where and how often a run is saved, and what it resumes from.
struct CheckpointSettings {
  std::filesystem::path folder;  ///< empty: the run is not saved
  double minutes = 5;            ///< between two checkpoints within an epoch
  std::filesystem::path resume;  ///< a checkpoint or a folder of them; empty: start anew

  /// A file with weights to start a new run from (see load_pretrained); empty: random ones.
  std::filesystem::path start_from = {};
};

/// How a network is trained. What each setting means is in the table (settings.cpp).
struct TrainSettings {
  int epochs = 25;
  std::int64_t batch_size = 64;
  double learning_rate = 3e-3;
  double weight_decay = 0.02;
  double label_smoothing = 0.05;
  double gce_q = 0.5;
  double ema_decay = 0.999;
  double width = 1;
  double negatives = 0;
  double drawn_forms = 0.2;
  double interpolation = 1;
  double clip_norm = 0;
  std::int64_t accumulate = 1;
  int patience = 0;
  std::uint64_t seed = 1;
  InputMode input_mode = InputMode::kInk;
  Augmentation augmentation = Augmentation::kDigits;

  int threads = 1;
  Precision precision = Precision::kAuto;
  int timeout_seconds = 60;
  CheckpointSettings checkpoints;

  // Not on the command line as such.
  int classes = 10;
  Launch launch;
  std::vector<torch::Device> devices = {torch::kCPU};  ///< of this process, one worker each
  int loader_threads = 1;                              ///< of each worker's data loader
  std::function<bool()> stop_requested;                ///< asked after every step, if set

  /// Outputs of the network: one for each class, and one for negatives if there are any.
  int outputs() const { return negatives > 0 ? classes + 1 : classes; }

  /// Workers of all processes.
  int workers() const { return launch.size * static_cast<int>(devices.size()); }
};

/// Groups of settings, as --help shows them.
enum class SettingGroup { kHyperparameters, kDevices, kProcesses, kCheckpoints };

/// A pointer to a setting's value.
using SettingValue = std::variant<int*, std::int64_t*, std::uint64_t*, double*, InputMode*,
                                  Augmentation*, Precision*, std::filesystem::path*>;

/// One setting of the training program. A new one is a member of TrainSettings, an entry in the
/// table, and its use: the command line, the comparison on resume and the model card follow.
struct Setting {
  SettingGroup group;
  const char* name;      ///< as in "batch-size" for the option --batch-size, and in checkpoints
  const char* card_key;  ///< in model cards, as in "batch_size"; it stays when the name changes
  std::function<SettingValue(TrainSettings&)> value;
  double low, high;  ///< the range of a number; both 0: any
  const char* help;

  /// Whether a run can only be resumed with the same value. True of all hyperparameters, which
  /// determine the result.
  bool must_match() const { return group == SettingGroup::kHyperparameters; }
};

/// The table of all settings, in the order of --help. The default of each is TrainSettings' own.
const std::vector<Setting>& setting_table();

/// The hyperparameters by their keys in model cards. Two runs with the same hyperparameters and
/// data, on the same devices with the same threads, give the same weights bit for bit.
nlohmann::ordered_json hyperparameters(const TrainSettings& settings);

/// The settings that must be the same on resume, by name.
nlohmann::ordered_json settings_that_must_match(const TrainSettings& settings);

}  // namespace numeral
