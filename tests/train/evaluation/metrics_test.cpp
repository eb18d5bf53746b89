#include "train/evaluation/metrics.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "support/results.h"

namespace numeral {
namespace {

using Catch::Matchers::WithinAbs;
using nlohmann::json;

std::map<std::string, std::vector<json>> lines_by_kind(const std::string& lines) {
  std::map<std::string, std::vector<json>> result;
  std::istringstream stream(lines);
  for (std::string line; std::getline(stream, line);) {
    const json parsed = json::parse(line);
    result[parsed["kind"]].push_back(parsed);
  }
  return result;
}

TEST_CASE("Every line is an object, and its values are those it was given") {
  const RunResults results = test::some_results();
  const auto lines = lines_by_kind(metrics_jsonl(results));
  CHECK(lines.size() == 9);

  const json& run = lines.at("run").at(0);
  CHECK(run["labels"] == results.labels);
  CHECK(run["parameters"] == 103002);
  CHECK(run["best_epoch"] == 2);
  CHECK(run["validation_correct"] == 31);
  CHECK(run["validation_total"] == 32);
  CHECK(run["settings"] == results.settings);

  REQUIRE(lines.at("epoch").size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    const json& line = lines.at("epoch")[i];
    const EpochResult& epoch = results.epochs[i];
    CHECK(line["epoch"] == epoch.epoch);
    CHECK(line["learning_rate"] == epoch.learning_rate);
    CHECK(line["train_loss"] == epoch.train_loss);
    CHECK(line["train_accuracy"] == epoch.train_accuracy);
    CHECK(line["validation_loss"] == epoch.validation_loss);
    CHECK(line["validation_accuracy"] == epoch.validation_accuracy);
    CHECK(line["images_per_second"] == epoch.images_per_second);
  }

  const json& test = lines.at("test").at(0);
  CHECK(test["correct"] == 37);
  CHECK(test["total"] == 40);
  CHECK(test["accuracy"] == 37.0 / 40);
  CHECK(test["accept_threshold"] == 0.625);
  CHECK(test["confusion"] == results.confusion);
  CHECK(test["temperature"] == 0.75);
  CHECK(test["expected_calibration_error_before"] == 0.125);
  // Two answers of confidence 0.9 are right, one of 0.6 is wrong.
  CHECK_THAT(test["expected_calibration_error"].get<double>(),
             WithinAbs((2 * 0.1 + 0.6) / 3, 1e-12));

  REQUIRE(lines.at("misread").size() == 3);
  CHECK(lines.at("misread")[0] == json::parse(R"({"kind": "misread", "index": 7, "label": "circle",
                        "answer": "<b>&\"", "confidence": 0.875})"));
  CHECK(lines.at("misread")[2]["answer"].is_null());

  REQUIRE(lines.at("calibration_bin").size() == 15);
  CHECK(lines.at("calibration_bin")[13]["count"] == 2);
  CHECK(lines.at("calibration_bin")[13]["correct"] == 2);

  CHECK(lines.at("test_set").at(1) ==
        json::parse(R"({"kind": "test_set", "name": "Strangers & co", "correct": 45, "total": 50,
                        "accepted": 44, "accepted_wrong": 1,
                        "expected_calibration_error": 0.03125})"));
  CHECK(lines.at("form").at(0)["form"] == digit_forms()[0].name);
  CHECK(lines.at("form").at(0)["correct"] == 19);
  CHECK(lines.at("form").at(0)["total"] == 20);
  CHECK(lines.at("drawing").at(1) ==
        json::parse(R"({"kind": "drawing", "group": "Size", "what": "30 %", "correct": 97,
                        "total": 100})"));
  CHECK(lines.at("turned_away").at(0)["turned_away"] == 81);
  CHECK(lines.at("turned_away").at(0)["total"] == 90);
}

TEST_CASE("What a run does not have is left out") {
  RunResults results = test::some_results();
  results.temperature_scaling.reset();
  results.drawings.clear();
  results.rejection_rates.clear();
  results.forms.clear();
  const auto lines = lines_by_kind(metrics_jsonl(results));
  CHECK(lines.size() == 6);
  CHECK_FALSE(lines.at("test").at(0).contains("temperature"));
}

}  // namespace
}  // namespace numeral
