#pragma once

#include <string>

#include "train/evaluation/results.h"

namespace numeral {

/// `results` as JSON lines: one object a line. The first key of each is "kind": "run" (once),
/// "epoch", "test" (once), "misread" (a misclassified test picture), "calibration_bin", "drawing"
/// or "turned_away" (a rejection rate). Shares are 0 to 1, classes are given by their labels.
std::string metrics_jsonl(const RunResults& results);

}  // namespace numeral
