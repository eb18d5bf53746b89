#include "train/evaluation/metrics.h"

#include <nlohmann/json.hpp>

namespace numeral {
namespace {

using Json = nlohmann::ordered_json;

Json of_run(const RunResults& figures) {
  Json json{{"kind", "run"},
            {"model", figures.model},
            {"date", figures.date},
            {"data", figures.data},
            {"labels", figures.labels},
            {"parameters", figures.parameters},
            {"training_pictures", figures.training_pictures},
            {"selection", figures.selection},
            {"best_epoch", figures.best_epoch},
            {"validation_correct", figures.validation.count},
            {"validation_total", figures.validation.total},
            {"settings", figures.settings}};
  return json;
}

Json of_epoch(const EpochResult& epoch) {
  return {{"kind", "epoch"},
          {"epoch", epoch.epoch},
          {"learning_rate", epoch.learning_rate},
          {"train_loss", epoch.train_loss},
          {"train_accuracy", epoch.train_accuracy},
          {"validation_loss", epoch.validation_loss},
          {"validation_accuracy", epoch.validation_accuracy},
          {"images_per_second", epoch.images_per_second}};
}

Json of_test(const RunResults& figures) {
  Json json{{"kind", "test"},
            {"correct", figures.test.count},
            {"total", figures.test.total},
            {"accuracy", figures.test.value()},
            {"expected_calibration_error", expected_calibration_error(figures.calibration)},
            {"accept_threshold", figures.accept_threshold},
            {"confusion", figures.confusion}};
  if (figures.temperature_scaling) {
    json["temperature"] = figures.temperature_scaling->temperature;
    json["expected_calibration_error_before"] = figures.temperature_scaling->error_before;
  }
  return json;
}

Json of_misread(const Misclassified& misclassified, const std::vector<std::string>& labels) {
  return {{"kind", "misread"},
          {"index", misclassified.index},
          {"label", labels[misclassified.label]},
          {"answer", misclassified.answer ? Json(labels[*misclassified.answer]) : Json(nullptr)},
          {"confidence", misclassified.confidence}};
}

Json of_bin(const CalibrationBin& bin) {
  return {{"kind", "calibration_bin"}, {"low", bin.low},         {"high", bin.high},
          {"count", bin.count},        {"correct", bin.correct}, {"confidence", bin.confidence}};
}

Json of_drawing(const DrawingResult& drawing) {
  return {{"kind", "drawing"},
          {"group", drawing.group},
          {"what", drawing.what},
          {"correct", drawing.correct},
          {"total", drawing.total}};
}

Json of_turned_away(const RejectionRate& set) {
  return {{"kind", "turned_away"},
          {"what", set.what},
          {"turned_away", set.share.count},
          {"total", set.share.total}};
}

Json of_experiment(const Experiment& experiment) {
  const Spread accuracy = spread_of_accuracy(experiment), loss = spread_of_loss(experiment);
  Json json{{"kind", "experiment"},
            {"what", experiment.what},
            {"validation_accuracy_mean", accuracy.mean},
            {"validation_accuracy_deviation", accuracy.deviation},
            {"validation_loss_mean", loss.mean},
            {"validation_loss_deviation", loss.deviation},
            {"seeds", Json::array()}};
  for (const SeedResult& seed : experiment.seeds)
    json["seeds"].push_back({{"seed", seed.seed},
                             {"validation_accuracy", seed.validation_accuracy},
                             {"validation_loss", seed.validation_loss}});
  return json;
}

}  // namespace

std::string metrics_jsonl(const RunResults& figures) {
  std::string lines;
  const auto add = [&](const Json& json) {
    lines += json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  };
  add(of_run(figures));
  for (const EpochResult& epoch : figures.epochs) add(of_epoch(epoch));
  add(of_test(figures));
  for (const Misclassified& misclassified : figures.misclassified) add(of_misread(misclassified, figures.labels));
  for (const CalibrationBin& bin : figures.calibration) add(of_bin(bin));
  for (const DrawingResult& drawing : figures.drawings) add(of_drawing(drawing));
  for (const RejectionRate& set : figures.rejection_rates) add(of_turned_away(set));
  for (const Experiment& experiment : figures.experiments) add(of_experiment(experiment));
  return lines;
}

}  // namespace numeral
