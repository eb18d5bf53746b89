#pragma once

#include <vector>

#include "core/image.h"

namespace numeral {

/// A position in a picture, in pixels. The middle of the first pixel is (0.5, 0.5).
struct Point {
  float x = 0, y = 0;
};

/// Points joined by straight lines.
using Polyline = std::vector<Point>;

/// A picture of zeros.
GrayImage black_image(int width, int height);

/// Draws `line` in white with a round pen of `width` pixels, anti-aliased. A single point is a dot.
/// Parts outside the picture are clipped.
void draw_line(GrayImage& image, const Polyline& line, float width);

}  // namespace numeral
