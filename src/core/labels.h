#pragma once

#include <string>
#include <vector>

#include "core/error.h"

namespace numeral {

/// No model has more classes than the labels of an IDX file, which are bytes, can tell apart.
inline constexpr std::size_t kMaxLabels = 256;

/// What the classes of a model are called: at least 2 and at most kMaxLabels, all different, none
/// empty, none with control characters or with spaces at its ends. Fails with what is expected
/// and found, to go after "expected".
Result<void> check_labels(const std::vector<std::string>& labels);

/// True where every label is a single digit.
bool are_digits(const std::vector<std::string>& labels);

}  // namespace numeral
