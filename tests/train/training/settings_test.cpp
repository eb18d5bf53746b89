#include "train/training/settings.h"

#include <catch2/catch_test_macros.hpp>
#include <set>
#include <string>

namespace numeral {
namespace {

TEST_CASE("Hyperparameters are the settings that must match, by the keys of model cards",
          "[settings]") {
  TrainSettings settings;
  settings.epochs = 7;
  settings.gce_q = 0.25;
  settings.input_mode = InputMode::kFullImage;
  settings.threads = 3;
  const auto json = hyperparameters(settings);
  CHECK(json["epochs"] == 7);
  CHECK(json["robustness"] == 0.25);
  CHECK(json["framing"] == "whole");
  CHECK(json["augmentation"] == "digits");
  CHECK_FALSE(json.contains("threads"));
  CHECK_FALSE(json.contains("resume"));
}

TEST_CASE("Every setting has a flag, a key and a help text of its own", "[settings]") {
  std::set<std::string> flags, keys, helps;
  for (const Setting& setting : setting_table()) {
    flags.insert(setting.flag);
    keys.insert(setting.key);
    helps.insert(setting.help);
  }
  CHECK(flags.size() == setting_table().size());
  CHECK(keys.size() == setting_table().size());
  CHECK(helps.size() == setting_table().size());
}

}  // namespace
}  // namespace numeral
