#pragma once

#include <optional>

#include "core/image.h"

namespace numeral {

/// Finds the ink on an image, dark on light or light on dark: its bounding box, with values from 0
/// (background) to 1 (the strongest ink).
///
/// The background is the median of the border pixels. Ink is what differs from it in the direction,
/// darker or lighter, in which the image as a whole differs more. What is within the background's
/// noise (estimated from the border's median absolute deviation) becomes 0. A large image with
/// noise is smoothed before.
///
/// Where ink reaches the border, as on an image that was cropped to its ink, Otsu's threshold
/// divides the pixels into two classes instead. The background is the class that has most of the
/// area, of the border and of the corners; level and noise are the median and the median absolute
/// deviation of that class alone.
///
/// Returns nothing for a blank or empty image: nothing stands out from the background, or two
/// classes share the image so evenly that neither can be said to be the background.
std::optional<Region> find_ink(const GrayImage& image);

/// The smallest region that has all ink of another; empty where there is none.
Region trimmed(const Region& region);

/// The mean width of the strokes: twice the area by the length of the contour.
float stroke_width(const FloatImage& ink);

}  // namespace numeral
