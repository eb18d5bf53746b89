#pragma once

#include <vector>

#include "core/image.h"

namespace numeral {

/// Points joined by straight lines.
using Polyline = std::vector<Point>;

/// A picture of zeros.
GrayImage black_image(int width, int height);

/// Draws `line` in white with a round pen of `width` pixels, anti-aliased. A single point is a dot.
/// Parts outside the picture are clipped.
void draw_line(GrayImage& image, const Polyline& line, float width);

}  // namespace numeral
