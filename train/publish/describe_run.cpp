#include "train/publish/describe_run.h"

#include <fmt/chrono.h>

#include <cmath>
#include <ctime>
#include <numeric>
#include <utility>

#include "native/files.h"
#include "train/base/or_throw.h"
#include "train/data/labels_file.h"
#include "train/evaluation/metrics.h"
#include "train/evaluation/rejection.h"
#include "train/evaluation/report.h"
#include "train/network/network.h"
#include "train/publish/temperature_scaling.h"
#include "train/training/validation.h"

namespace numeral {
namespace {

nlohmann::json describe_training(const FinishedRun& run, const PublishSettings& settings) {
  nlohmann::json training = hyperparameters(run.settings);
  training.update({{"program", "numeral-train"},
                   {"framework", std::string("libtorch ") + TORCH_VERSION},
                   {"parameters", parameter_count(*run.network)},
                   {"weight_steps", settings.weight_steps},
                   {"optimizer", "AdamW"},
                   {"schedule", "one cycle"},
                   {"threads", run.settings.threads},
                   {"devices", settings.devices},
                   {"processes", run.settings.launch.size}});
  return training;
}

nlohmann::json describe_data(const FinishedRun& run, const PublishSettings& settings) {
  return {
      {"name", settings.data_name},
      {"train", run.split.train.size()},
      {"validation", run.split.validation.size()},
      {"test", run.test.count()},
      {"selection", "the last epoch within one standard error of the highest validation accuracy"}};
}

const EpochResult& chosen_epoch(const FinishedRun& run) {
  return best_epoch(run.epochs, run.validation.count());
}

/// How temperature scaling changed the calibration on the test set.
TemperatureScaling measure_temperature_scaling(const FinishedRun& run, double temperature) {
  std::vector<std::size_t> all(run.test.count());
  std::iota(all.begin(), all.end(), std::size_t{0});
  const Examples test = or_throw(preprocess_examples(run.test, all, run.settings.input_mode));
  const torch::NoGradGuard no_grad;
  torch::nn::Sequential network = run.network;
  network->eval();
  return {temperature,
          uncalibrated_error(network->forward(test.images), test.labels, run.settings.classes)};
}

}  // namespace

ModelCardFile describe_run(const FinishedRun& run, const PublishSettings& settings) {
  ModelCard card;
  card.name = settings.name;
  card.date = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
  card.input_mode = run.settings.input_mode;
  card.labels = settings.labels;
  return {std::move(card), describe_training(run, settings), describe_data(run, settings),
          nlohmann::json::object()};
}

nlohmann::json describe_metrics(const FinishedRun& run, const ExportMeasures& measures,
                                const TestEvaluation& test) {
  const EpochResult& epoch = chosen_epoch(run);
  return {{"best_epoch", epoch.epoch},
          {"validation_accuracy", epoch.validation_accuracy},
          {"validation_accuracy_rounded", measures.validation_accuracy},
          {"validation_loss", epoch.validation_loss},
          {"test_accuracy", test.evaluation.accuracy()},
          {"test_correct", test.evaluation.correct},
          {"test_total", test.evaluation.total},
          {"test_confusion", test.evaluation.confusion},
          {"test_calibration_error", expected_calibration_error(test.calibration)},
          {"largest_difference_from_libtorch", measures.difference_from_libtorch}};
}

RunResults collect_results(const FinishedRun& run, const ModelCardFile& file,
                           Recognizer& recognizer, const TestEvaluation& test) {
  const ModelCard& card = file.card;
  const EpochResult& epoch = chosen_epoch(run);
  const auto validation_count = static_cast<int>(run.split.validation.size());
  RunResults results;
  results.model = card.name;
  results.data = file.data.value("name", "");
  results.date = card.date;
  results.labels = card.labels;
  results.parameters = parameter_count(*run.network);
  results.training_pictures = static_cast<int>(run.split.train.size());
  results.selection = file.data.value("selection", "");
  results.settings = file.training;
  results.epochs = run.epochs;
  results.best_epoch = epoch.epoch;
  results.validation = {static_cast<int>(std::lround(epoch.validation_accuracy * validation_count)),
                        validation_count};
  results.test = {test.evaluation.correct, test.evaluation.total};
  results.accept_threshold = card.accept_threshold;
  results.confusion = test.evaluation.confusion;
  results.misclassified = test.misclassified;
  results.calibration = test.calibration;
  results.test_sets = {test.summary(results.data)};
  for (const NamedTestSet& further : run.further_tests)
    results.test_sets.push_back(
        or_throw(evaluate_test_set(recognizer, further.data)).summary(further.name));
  results.temperature_scaling = measure_temperature_scaling(run, card.temperature);
  if (run.settings.negatives > 0)
    results.rejection_rates =
        or_throw(rejection_rates(recognizer, run.training, run.split.validation));
  if (card.labels == digit_labels()) {
    results.drawings = or_throw(accuracy_by_drawing(recognizer, run.test));
    results.forms = or_throw(accuracy_by_form(recognizer));
  }
  return results;
}

void write_report(const std::filesystem::path& folder, const RunResults& results) {
  or_throw(write_file_atomically(folder / kReportName, report_html(results)));
  or_throw(write_file_atomically(folder / kMetricsName, metrics_jsonl(results)));
}

}  // namespace numeral
