#include "train/training/settings.h"

#include <type_traits>

namespace numeral {
namespace {

using Group = SettingGroup;

/// The value of `member`.
template <class T>
auto at(T TrainSettings::* member) {
  return [member](TrainSettings& settings) -> SettingValue { return &(settings.*member); };
}

/// The value of `member` of a part of the settings.
template <class Part, class T>
auto at(Part TrainSettings::* part, T Part::* member) {
  return
      [part, member](TrainSettings& settings) -> SettingValue { return &(settings.*part.*member); };
}

nlohmann::ordered_json json_of(const SettingValue& value) {
  return std::visit(
      [](const auto* place) -> nlohmann::ordered_json {
        using T = std::decay_t<decltype(*place)>;
        if constexpr (std::is_enum_v<T>)
          return name_of(*place);
        else if constexpr (std::is_same_v<T, std::filesystem::path>)
          return place->string();
        else
          return *place;
      },
      value);
}

using S = TrainSettings;

const std::vector<Setting> kSettings = {
    {Group::kHyperparameters, "epochs", "epochs", at(&S::epochs), 1, 10000,
     "passes over the training pictures; more is slower and, up to a point, better"},
    {Group::kHyperparameters, "batch-size", "batch_size", at(&S::batch_size), 2, 8192,
     "pictures per step, of all workers together; with twice as many, try twice the learning "
     "rate"},
    {Group::kHyperparameters, "learning-rate", "learning_rate", at(&S::learning_rate), 1e-6, 1,
     "the highest of the run (one-cycle schedule): it rises to it in the first tenth and then "
     "falls to 0; if it is too high, the loss stops falling or is no longer finite"},
    {Group::kHyperparameters, "weight-decay", "weight_decay", at(&S::weight_decay), 0, 1,
     "AdamW's weight decay: how strongly weights are drawn to 0, against overfitting"},
    {Group::kHyperparameters, "label-smoothing", "label_smoothing", at(&S::label_smoothing), 0, 0.5,
     "the share of a label that is spread over all classes, against overconfidence"},
    {Group::kHyperparameters, "gce-q", "robustness", at(&S::gce_q), 0, 1,
     "generalized cross-entropy's q, against wrong labels: the higher, the less a picture counts "
     "whose label the network does not believe; 0: plain cross-entropy"},
    {Group::kHyperparameters, "ema-decay", "average_decay", at(&S::ema_decay), 0, 0.99999,
     "the weights that are validated and published are an exponential moving average (EMA) over "
     "about the last 1 / (1 - this) steps; 0: the weights as they are"},
    {Group::kHyperparameters, "width", "width", at(&S::width), 0.1, 8,
     "channels of the network's convolutions, as a multiple of the published network's: 2 is "
     "four times the work"},
    {Group::kHyperparameters, "negatives", "negatives", at(&S::negatives), 0, 1,
     "pictures that are no digit (letters, scribbles, several digits at once), drawn for each "
     "picture of the data, from which the network learns to reject them; with other labels, "
     "none"},
    {Group::kHyperparameters, "drawn-forms", "drawn_forms", at(&S::drawn_forms), 0, 1,
     "the share of training pictures that a drawn form of the same digit replaces, with --augment "
     "digits: more is better on other people's handwriting and worse on MNIST"},
    {Group::kHyperparameters, "interpolation", "interpolation", at(&S::interpolation), 0, 1,
     "with --start-from: how far from those weights (0) to the trained ones (1) the weights lie "
     "that are validated and published"},
    {Group::kHyperparameters, "clip-norm", "clip_norm", at(&S::clip_norm), 0, 1e6,
     "the largest norm of a step's gradients, to which larger ones are scaled down; for runs whose "
     "loss jumps; 0: any"},
    {Group::kHyperparameters, "accumulate", "accumulate", at(&S::accumulate), 1, 1024,
     "in how many parts each worker's share of a batch goes through the network, one after the "
     "other (gradient accumulation); for batches that do not fit into memory"},
    {Group::kHyperparameters, "patience", "patience", at(&S::patience), 0, 10000,
     "early stopping: the run ends when so many epochs in a row have not raised the highest "
     "validation accuracy; 0: all epochs"},
    {Group::kHyperparameters, "seed", "seed", at(&S::seed), 0, 0,
     "of the first weights, the order and the augmentation"},
    {Group::kHyperparameters, "input-mode", "framing", at(&S::input_mode), 0, 0,
     "what the network is shown of a picture: ink, the drawing on it, fitted as MNIST was, or "
     "full-image, all of it, for pictures that fill their frame"},
    {Group::kHyperparameters, "augment", "augmentation", at(&S::augmentation), 0, 0,
     "how training pictures are varied: digits (distorted, and some in forms that the data "
     "lacks), ink (distorted), pictures (mirrored, moved, turned, partly covered) or none "
     "(faster, and worse on what people draw); if not given, what suits --input-mode and "
     "--labels"},
    {Group::kDevices, "threads", "threads", at(&S::threads), 0, 1024,
     "CPU threads of all workers of this process together; 0: one for each processor, or its share "
     "of them where torchrun started several processes. The same number gives the same weights, "
     "bit "
     "for bit"},
    {Group::kDevices, "precision", "precision", at(&S::precision), 0, 0,
     "the number type of the forward and backward pass; auto: bfloat16 or float16 on GPUs, "
     "whichever they compute in, float32 on CPUs. Weights and sums are float32 in any case"},
    {Group::kProcesses, "timeout", "timeout", at(&S::timeout_seconds), 5, 86400,
     "seconds after which a process that does not answer counts as lost"},
    {Group::kCheckpoints, "checkpoint-minutes", "checkpoint_minutes",
     at(&S::checkpoints, &CheckpointSettings::minutes), 0, 10000,
     "time between two checkpoints within an epoch; there is always one at the end of each. The "
     "last two are kept"},
    {Group::kCheckpoints, "resume", "resume", at(&S::checkpoints, &CheckpointSettings::resume), 0,
     0,
     "a checkpoint, or a folder with some: resume from the latest whole one. The "
     "hyperparameters must be those that the run was started with"},
    {Group::kCheckpoints, "start-from", "start_from",
     at(&S::checkpoints, &CheckpointSettings::start_from), 0, 0,
     "weights for a new run to begin with, in place of random ones (fine-tuning): NAME.safetensors "
     "of a published model, or a checkpoint. With other classes the last layer is new"},
};

nlohmann::ordered_json matching_settings(TrainSettings settings, const char* Setting::* key) {
  nlohmann::ordered_json json;
  for (const Setting& setting : kSettings)
    if (setting.must_match()) json[setting.*key] = json_of(setting.value(settings));
  return json;
}

}  // namespace

const std::vector<Setting>& setting_table() { return kSettings; }

nlohmann::ordered_json hyperparameters(const TrainSettings& settings) {
  return matching_settings(settings, &Setting::card_key);
}

nlohmann::ordered_json settings_that_must_match(const TrainSettings& settings) {
  return matching_settings(settings, &Setting::name);
}

}  // namespace numeral
