#pragma once

#include <string>

#include "train/evaluation/results.h"

namespace numeral {

/// Of the misread test pictures a report shows the most confident, at most so many.
inline constexpr std::size_t kMaxMisclassifiedShown = 200;

/// The figures as a page for people: HTML in the form of XML, complete in itself. It loads nothing
/// from anywhere and runs no script.
std::string report_html(const RunResults& figures);

}  // namespace numeral
