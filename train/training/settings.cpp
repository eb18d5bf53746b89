#include "train/training/settings.h"

namespace numeral {

using nlohmann::ordered_json;

ordered_json hyperparameters(const TrainSettings& settings) {
  return {{"--epochs", settings.epochs},
          {"--batch-size", settings.batch_size},
          {"--learning-rate", settings.learning_rate},
          {"--weight-decay", settings.weight_decay},
          {"--label-smoothing", settings.label_smoothing},
          {"--robustness", settings.robustness},
          {"--average-decay", settings.ema_decay},
          {kWidthSetting, settings.width},
          {"--negatives", settings.negatives},
          {"--teaching", settings.teachers.empty() ? 0 : settings.teaching},
          {"--seed", settings.seed},
          {"--framing", name_of(settings.input_mode)},
          {"--augment", name_of(settings.augmentation)}};
}

std::optional<std::string> first_difference(const ordered_json& expected,
                                            const ordered_json& found) {
  const auto text = [](const ordered_json& object, const std::string& name) {
    return object.contains(name) ? object[name].dump() : std::string("nothing");
  };
  ordered_json all = expected;
  all.update(found);
  for (const auto& [name, ignored] : all.items())
    if (text(expected, name) != text(found, name))
      return name + ": expected " + text(expected, name) + ", found " + text(found, name);
  return std::nullopt;
}

}  // namespace numeral
