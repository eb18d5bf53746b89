#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "core/recognizer.h"
#include "native/model_card_json.h"
#include "train/evaluation/finished_run.h"
#include "train/evaluation/results.h"
#include "train/evaluation/test_evaluation.h"
#include "train/publish/publish_settings.h"

namespace numeral {

/// The names of the report's files in the output folder.
inline constexpr const char* kReportName = "report.html";
inline constexpr const char* kMetricsName = "metrics.jsonl";

/// What is measured of an exported model before the test set is looked at.
struct ExportMeasures {
  double difference_from_libtorch = 0;  ///< the largest, of a probability
  double validation_accuracy = 0;       ///< with rounded weights, 0 to 1
};

/// The model card's entries about the run: name, date, labels, settings and data. What belongs to
/// the model's files (checksums, operators, temperature, threshold) is left to be set.
ModelCardFile describe_run(const FinishedRun& run, const PublishSettings& settings);

/// The model card's metrics.
nlohmann::json describe_metrics(const FinishedRun& run, const ExportMeasures& measures,
                                const TestEvaluation& test);

/// Gathers the data of the report. Where negatives were trained, this measures rejection rates;
/// where the labels are the digits, also the accuracy on test digits drawn in several ways
/// (train/evaluation/redrawn_digits.h). Throws std::runtime_error where a picture cannot be read.
RunResults collect_results(const FinishedRun& run, const ModelCardFile& file,
                           Recognizer& recognizer, const TestEvaluation& test);

/// Writes the report, as a page and as JSON lines, to `folder`. Throws std::runtime_error if a file
/// cannot be written.
void write_report(const std::filesystem::path& folder, const RunResults& results);

}  // namespace numeral
