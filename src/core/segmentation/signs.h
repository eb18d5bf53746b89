#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "core/image.h"

namespace numeral {

/// What belongs to a number, but is no digit.
enum class Sign : char { kPoint = '.', kComma = ',', kMinus = '-' };

/// A sign, and where it is.
struct BoxedSign {
  Box box;
  Sign sign = Sign::kPoint;
};

/// A part of a line that seems to be a sign.
struct FoundSign {
  std::size_t part = 0;
  Sign sign = Sign::kPoint;
};

/// Finds decimal points, commas and minuses in a line, given the boxes of its parts: sets of
/// connected components that lie above one another. `pen` is the mean width of the strokes.
///
/// A point or comma is a small part at the foot of its neighbour; a minus is a flat one at half its
/// height. What is smaller than a dot of the pen is dirt. Where most parts are small, they are dots
/// or pieces of digits.
std::vector<FoundSign> find_signs(const std::vector<Box>& parts, float pen);

/// Whether one of a line's parts is rather a slash than a 1: a straight line between others, as
/// high as the highest of them or higher, that leans to the right more than these do. The parts are
/// ordered from left to right.
bool has_slash(const std::vector<FloatImage>& parts);

/// Whether digits (each written as 0 here) and signs make a decimal number: "-0.0", but not "0-0".
bool is_decimal(std::string_view text);

}  // namespace numeral
