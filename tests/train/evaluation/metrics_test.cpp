#include "train/evaluation/metrics.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "support/figures.h"

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

TEST_CASE("Every line is an object, and its figures are those it was given") {
  const RunResults figures = test::some_figures();
  const auto lines = lines_by_kind(metrics_jsonl(figures));
  CHECK(lines.size() == 8);

  const json& run = lines.at("run").at(0);
  CHECK(run["labels"] == figures.labels);
  CHECK(run["parameters"] == 103002);
  CHECK(run["best_epoch"] == 2);
  CHECK(run["validation_correct"] == 31);
  CHECK(run["validation_total"] == 32);
  CHECK(run["settings"] == figures.settings);

  REQUIRE(lines.at("epoch").size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    const json& line = lines.at("epoch")[i];
    const EpochResult& epoch = figures.epochs[i];
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
  CHECK(test["confusion"] == figures.confusion);
  CHECK(test["temperature"] == 0.75);
  CHECK(test["expected_calibration_error_before"] == 0.125);
  // Two answers of confidence 0.9 are right, one of 0.6 is wrong.
  CHECK_THAT(test["expected_calibration_error"].get<double>(),
             WithinAbs((2 * 0.1 + 0.6) / 3, 1e-12));

  REQUIRE(lines.at("misread").size() == 3);
  CHECK(lines.at("misread")[0] == json::parse(R"({"kind": "misclassified", "index": 7, "label": "circle",
                                                  "answer": "<b>&\"", "confidence": 0.875})"));
  CHECK(lines.at("misread")[2]["answer"].is_null());

  REQUIRE(lines.at("calibration_bin").size() == 15);
  CHECK(lines.at("calibration_bin")[13]["count"] == 2);
  CHECK(lines.at("calibration_bin")[13]["correct"] == 2);

  CHECK(
      lines.at("drawing").at(1) ==
      json::parse(
          R"({"kind": "drawing", "group": "Size", "what": "30 %", "correct": 97, "total": 100})"));
  CHECK(lines.at("turned_away").at(0)["turned_away"] == 81);
  CHECK(lines.at("turned_away").at(0)["total"] == 90);

  const json& experiment = lines.at("experiment").at(0);
  CHECK(experiment["what"] == "no augmentation");
  // Accuracies of 0.96 and 0.98, losses of 0.25 and 0.125.
  const double root = std::sqrt(2);
  CHECK_THAT(experiment["validation_accuracy_mean"].get<double>(), WithinAbs(0.97, 1e-12));
  CHECK_THAT(experiment["validation_accuracy_deviation"].get<double>(),
             WithinAbs(0.01 * root, 1e-12));
  CHECK_THAT(experiment["validation_loss_mean"].get<double>(), WithinAbs(0.1875, 1e-12));
  CHECK_THAT(experiment["validation_loss_deviation"].get<double>(),
             WithinAbs(0.0625 * root, 1e-12));
  CHECK(experiment["seeds"][1] ==
        json::parse(R"({"seed": 2, "validation_accuracy": 0.98, "validation_loss": 0.125})"));
}

TEST_CASE("What a run does not have is left out") {
  RunResults figures = test::some_figures();
  figures.temperature_scaling.reset();
  figures.drawings.clear();
  figures.rejection_rates.clear();
  figures.experiments.clear();
  const auto lines = lines_by_kind(metrics_jsonl(figures));
  CHECK(lines.size() == 5);
  CHECK_FALSE(lines.at("test").at(0).contains("temperature"));
}

}  // namespace
}  // namespace numeral
