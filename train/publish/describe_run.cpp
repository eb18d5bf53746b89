#include "train/publish/describe_run.h"

#include <cmath>

#include "native/files.h"
#include "train/evaluation/metrics.h"
#include "train/evaluation/report.h"
#include "train/network/network.h"

namespace numeral {
namespace {

bool are_the_digits(const std::vector<std::string>& labels) {
  if (labels.size() != 10) return false;
  for (int digit = 0; digit < 10; ++digit)
    if (labels[digit] != std::to_string(digit)) return false;
  return true;
}

Portion validation_share(const FinishedRun& run, const EpochResult& best) {
  const auto total = static_cast<int>(run.split.validation.size());
  return {static_cast<int>(std::lround(best.validation_accuracy * total)), total};
}

}  // namespace

Result<RunResults> collect_results(const FinishedRun& run, Recognizer& recognizer,
                                   const TestEvaluation& reading, const ReportExtras& extras) {
  const ModelCard& card = recognizer.card();
  const EpochResult& best = best_epoch(run.epochs, run.validation.count());
  RunResults figures;
  figures.model = card.name;
  figures.data = card.data.value("name", "");
  figures.date = card.date;
  figures.labels = card.labels;
  figures.parameters = parameter_count(*run.network);
  figures.training_pictures = static_cast<int>(run.split.train.size());
  figures.selection = card.data.value("selection", "");
  figures.settings = card.training;
  figures.epochs = run.epochs;
  figures.best_epoch = best.epoch;
  figures.validation = validation_share(run, best);
  figures.test = {reading.evaluation.correct, reading.evaluation.total};
  figures.accept_threshold = card.accept_threshold;
  figures.confusion = reading.evaluation.confusion;
  figures.misclassified = reading.misclassified;
  figures.calibration = reading.calibration;
  figures.temperature_scaling = extras.temperature_scaling;
  figures.rejection_rates = extras.rejection_rates;
  if (are_the_digits(card.labels)) {
    auto drawings = accuracy_by_drawing(recognizer, run.test);
    if (!drawings) return tl::unexpected(drawings.error());
    figures.drawings = std::move(*drawings);
  }
  return figures;
}

Result<void> write_report(const std::filesystem::path& folder, const RunResults& figures) {
  if (auto written = write_file_atomically(folder / kReportName, report_html(figures)); !written)
    return written;
  return write_file_atomically(folder / kMetricsName, metrics_jsonl(figures));
}

}  // namespace numeral
