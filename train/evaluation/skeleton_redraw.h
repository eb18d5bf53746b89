#pragma once

#include <vector>

#include "core/image.h"

namespace numeral {

/// How an existing picture of a digit is drawn again.
struct Redrawing {
  int canvas = 280;
  float size = 1;      ///< share of the full size, at which MNIST's 28 pixels fill the canvas
  float brush = 20;    ///< width of the stroke at full size, in pixels; it shrinks with the digit
  float left = 0;      ///< of the whole picture on the canvas, in pixels; parts without ink may lie
  float top = 0;       ///< outside
  float squash_x = 1;  ///< the width is multiplied by this, the brush stays round
  float squash_y = 1;  ///< likewise the height
};

/// Draws a digit (light on dark, as in MNIST) again with a round brush, dark on light, along the
/// middle lines of its strokes (thinning after Zhang, Suen, 1984). A loop that is filled with ink
/// stays filled.
GrayImage redraw_with_brush(const GrayImage& digit, const Redrawing& redrawing);

/// The same in several ways at once, for which the middle lines are found but once.
std::vector<GrayImage> redraw_with_brush(const GrayImage& digit,
                                         const std::vector<Redrawing>& redrawings);

}  // namespace numeral
