#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/error.h"

namespace numeral {

/// An IDX file stores labels as bytes, so no model has more classes.
inline constexpr std::size_t kMaxLabels = 256;

/// Checks the names of a model's classes: 2 to kMaxLabels, unique, not empty, without control
/// characters and without leading or trailing spaces. The message is the end of a sentence: what is
/// expected, and what was found.
Result<void> check_labels(const std::vector<std::string>& labels);

/// Whether every label is a single digit, "0" to "9".
bool are_digits(const std::vector<std::string>& labels);

}  // namespace numeral
