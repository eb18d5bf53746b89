#pragma once

#include <vector>

#include "core/image.h"

namespace numeral {

/// A line from one point to the next.
using Polyline = std::vector<Point>;

/// A black picture.
GrayImage black_image(int width, int height);

/// Draws `line` in white with a round pen of `width` pixels, anti-aliased. A single point is a dot;
/// what lies outside the picture is cut off.
void draw_line(GrayImage& image, const Polyline& line, float width);

}  // namespace numeral
