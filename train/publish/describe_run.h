#pragma once

#include <filesystem>

#include "train/publish/publish.h"
#include "train/evaluation/test_evaluation.h"

namespace numeral {

/// What a report can tell beside the run itself.
struct ReportExtras {
  std::optional<TemperatureScaling> temperature_scaling;
  std::vector<RejectionRate> rejection_rates;
};

/// Gathers the figures of a run and of the model that came of it. Where the labels are the ten
/// digits, the test digits are also drawn anew in several ways and read (see drawings.h).
Result<RunResults> collect_results(const FinishedRun& run, Recognizer& recognizer,
                           const TestEvaluation& reading, const ReportExtras& extras);

inline constexpr const char* kReportName = "report.html";
inline constexpr const char* kMetricsName = "metrics.jsonl";

/// Writes `figures` under these names to `folder`.
Result<void> write_report(const std::filesystem::path& folder, const RunResults& figures);

}  // namespace numeral
