#pragma once

#include <string>
#include <vector>

#include "core/image.h"

namespace numeral::test {

/// A position in the unit square, y down.
struct Point {
  float x = 0, y = 0;
};

/// One movement of the pen, in a unit square.
using Stroke = std::vector<Point>;
using Strokes = std::vector<Stroke>;

/// How a digit is put on a canvas.
struct Placement {
  int canvas = 280;  ///< side of the canvas in pixels
  float size = 200;  ///< of the unit square, in pixels
  float left = 40;   ///< of the unit square on the canvas
  float top = 40;
  float brush = 20;      ///< width of the stroke in pixels
  std::uint8_t ink = 0;  ///< luminance
  std::uint8_t paper = 255;
};

/// Digits written by hand, for tests: strokes of 0 to 9.
const Strokes& digit_strokes(int digit);

/// Such digits side by side, around the middle of the unit square.
Strokes number_strokes(const std::string& digits);

/// Draws with a round brush, anti-aliased, as a canvas does.
GrayImage draw(const Strokes& strokes, const Placement& placement);

/// The image as a PGM file.
std::string pgm_of(const GrayImage& image);

}  // namespace numeral::test
