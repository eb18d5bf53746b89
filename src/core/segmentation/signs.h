#pragma once

#include <vector>

#include "core/image.h"

namespace numeral {

/// Whether a line seems to hold a decimal point, a comma or a minus, given the boxes of its parts:
/// sets of connected components that lie above one another. These signs are no digits, so a line
/// that has one is not the number that its digits make.
///
/// A point or comma is a small part at the foot of its neighbours; a minus is a flat one at half
/// their height. Where most parts are small, they are dots or pieces of digits.
bool has_sign(const std::vector<Box>& parts);

}  // namespace numeral
