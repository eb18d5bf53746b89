#include "train/training/settings.h"

#include <catch2/catch_test_macros.hpp>
#include <set>
#include <string>

namespace numeral {
namespace {

TEST_CASE("Hyperparameters must match on resume, and are in the model card", "[settings]") {
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
  const auto by_name = settings_that_must_match(settings);
  CHECK(by_name.size() == json.size());
  CHECK(by_name["gce-q"] == 0.25);
}

TEST_CASE("Every setting has a name, a key and a help text of its own", "[settings]") {
  std::set<std::string> names, keys, helps;
  for (const Setting& setting : setting_table()) {
    names.insert(setting.name);
    keys.insert(setting.card_key);
    helps.insert(setting.help);
  }
  CHECK(names.size() == setting_table().size());
  CHECK(keys.size() == setting_table().size());
  CHECK(helps.size() == setting_table().size());
}

}  // namespace
}  // namespace numeral
