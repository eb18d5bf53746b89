#pragma once

#include <filesystem>

#include "publish.h"
#include "test_reading.h"

namespace numeral {

/// What a report can tell beside the run itself.
struct ReportExtras {
  std::optional<Tempering> tempering;
  std::vector<TurnedAway> turned_away;
};

/// Gathers the figures of a run and of the model that came of it. Where the labels are the ten
/// digits, the test digits are also drawn anew in several ways and read (see drawings.h).
Result<Figures> figures_of(const FinishedRun& run, Recognizer& recognizer,
                           const TestReading& reading, const ReportExtras& extras);

inline constexpr const char* kReportName = "report.html";
inline constexpr const char* kMetricsName = "metrics.jsonl";

/// Writes `figures` under these names to `folder`.
Result<void> write_report(const std::filesystem::path& folder, const Figures& figures);

}  // namespace numeral
