#include "train/evaluation/metrics.h"

#include <nlohmann/json.hpp>

namespace numeral {
namespace {

using Json = nlohmann::ordered_json;

Json of_run(const RunResults& results) {
  return {{"kind", "run"},
          {"model", results.model},
          {"date", results.date},
          {"data", results.data},
          {"labels", results.labels},
          {"parameters", results.parameters},
          {"training_pictures", results.training_pictures},
          {"selection", results.selection},
          {"best_epoch", results.best_epoch},
          {"validation_correct", results.validation.count},
          {"validation_total", results.validation.total},
          {"settings", results.settings}};
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

Json of_test(const RunResults& results) {
  Json json{{"kind", "test"},
            {"correct", results.test.count},
            {"total", results.test.total},
            {"accuracy", results.test.value()},
            {"expected_calibration_error", expected_calibration_error(results.calibration)},
            {"accept_threshold", results.accept_threshold},
            {"confusion", results.confusion}};
  if (results.temperature_scaling) {
    json["temperature"] = results.temperature_scaling->temperature;
    json["expected_calibration_error_before"] = results.temperature_scaling->error_before;
  }
  return json;
}

Json of_misclassified(const Misclassified& item, const std::vector<std::string>& labels) {
  return {{"kind", "misread"},
          {"index", item.index},
          {"label", labels[item.label]},
          {"answer", item.answer ? Json(labels[*item.answer]) : Json(nullptr)},
          {"confidence", item.confidence}};
}

Json of_bin(const CalibrationBin& bin) {
  return {{"kind", "calibration_bin"}, {"low", bin.low},         {"high", bin.high},
          {"count", bin.count},        {"correct", bin.correct}, {"confidence", bin.confidence}};
}

Json of_test_set(const TestSummary& test) {
  return {{"kind", "test_set"},
          {"name", test.name},
          {"correct", test.correct.count},
          {"total", test.correct.total},
          {"accepted", test.accepted.count},
          {"accepted_wrong", test.accepted_wrong.count},
          {"expected_calibration_error", test.calibration_error}};
}

Json of_form(const FormResult& result) {
  return {{"kind", "form"},
          {"digit", result.form->digit},
          {"form", result.form->name},
          {"correct", result.correct},
          {"total", result.total}};
}

Json of_drawing(const DrawingResult& drawing) {
  return {{"kind", "drawing"},
          {"group", drawing.group},
          {"what", drawing.what},
          {"correct", drawing.correct},
          {"total", drawing.total}};
}

Json of_rejection(const RejectionRate& rate) {
  return {{"kind", "turned_away"},
          {"what", rate.what},
          {"turned_away", rate.rejected.count},
          {"total", rate.rejected.total}};
}

}  // namespace

std::string metrics_jsonl(const RunResults& results) {
  std::string lines;
  const auto add = [&](const Json& json) {
    lines += json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  };
  add(of_run(results));
  for (const EpochResult& epoch : results.epochs) add(of_epoch(epoch));
  add(of_test(results));
  for (const Misclassified& item : results.misclassified)
    add(of_misclassified(item, results.labels));
  for (const CalibrationBin& bin : results.calibration) add(of_bin(bin));
  for (const TestSummary& test : results.test_sets) add(of_test_set(test));
  for (const FormResult& form : results.forms) add(of_form(form));
  for (const DrawingResult& drawing : results.drawings) add(of_drawing(drawing));
  for (const RejectionRate& rate : results.rejection_rates) add(of_rejection(rate));
  return lines;
}

}  // namespace numeral
