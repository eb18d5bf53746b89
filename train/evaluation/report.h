#pragma once

#include <string>

#include "train/evaluation/results.h"

namespace numeral {

/// A report shows at most this many misclassified test pictures: those with the highest confidence.
inline constexpr std::size_t kMaxMisclassifiedShown = 200;

/// The report of a training run as an HTML page: report.html.mustache, filled in with `results`.
/// The page is well-formed XML, holds its styles and pictures, loads nothing and runs no script.
std::string report_html(const RunResults& results);

}  // namespace numeral
