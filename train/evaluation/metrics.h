#pragma once

#include <string>

#include "train/evaluation/results.h"

namespace numeral {

/// The figures as JSON lines, one object a line. The first key of each is "kind": "run" (once),
/// "epoch", "test" (once), "misread", "calibration_bin", "drawing", "turned_away" or "experiment".
/// Shares are from 0 to 1, classes are given as labels.
std::string metrics_jsonl(const RunResults& figures);

}  // namespace numeral
