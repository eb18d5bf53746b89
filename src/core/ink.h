#pragma once

#include <optional>

#include "core/image.h"

namespace numeral {

/// Finds the ink on an image, dark on light or light on dark: its bounding box, with values from 0
/// (background) to 1 (the strongest ink).
///
/// The background is the median of the border pixels. Ink is what differs from it in the direction,
/// darker or lighter, in which the image as a whole differs more. What is within the background's
/// noise (estimated from the border's median absolute deviation) becomes 0.
///
/// Returns nothing for a blank or empty image: nothing stands out from the background.
std::optional<Region> find_ink(const GrayImage& image);

}  // namespace numeral
