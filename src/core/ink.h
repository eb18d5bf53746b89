#pragma once

#include <optional>

#include "core/image.h"

namespace numeral {

/// What is written on a picture, cut out of it.
struct Ink {
  int left = 0, top = 0;  ///< where it is on the picture
  FloatImage values;      ///< how much ink: 0 (background) to 1 (the strongest)
};

/// Finds what is written on a picture, dark on light or light on dark. The background is the median
/// of the picture's outermost pixels; ink is what differs from it, in the direction (darker or
/// lighter) in which more of the picture does. The strongest ink becomes 1; what is within the
/// background's own noise becomes 0. Returns nothing where the picture is blank (or empty): no ink
/// stands out from the background.
std::optional<Ink> find_ink(const GrayImage& image);

}  // namespace numeral
