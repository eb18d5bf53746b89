#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "native/idx.h"

namespace numeral {

/// Pictures of a test set for the page to show, as JSON: all that a model misread, and the first
/// `right` of each class that it read right.
///
///   {"width": 28, "height": 28, "misread": 36,
///    "digits": [{"index": 8, "label": "5", "pixels": base64, 0 background to 255 ink}, ...]}
///
/// The misread ones come first. `misread` are indices into the test set, in any order; `labels` are
/// those of its classes.
std::string test_samples(const IdxDataset& test, std::span<const std::size_t> misread,
                         const std::vector<std::string>& labels, int right = 20);

}  // namespace numeral
