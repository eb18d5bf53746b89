#pragma once

#include <vector>

#include "core/image.h"

namespace numeral {

/// How a picture of a digit is redrawn on a square canvas. At full size MNIST's 28 pixels fill it.
struct Redrawing {
  int canvas = 280;    ///< side, in pixels
  float size = 1;      ///< share of the full size
  float brush = 20;    ///< width of the stroke at full size, in pixels; it shrinks with `size`
  float left = 0;      ///< of the whole picture on the canvas, in pixels; parts without ink may lie
  float top = 0;       ///< outside
  float squash_x = 1;  ///< factor of the width; the brush stays round
  float squash_y = 1;  ///< factor of the height, likewise
};

/// Redraws a digit (light on dark, as in MNIST) dark on light, by moving a round brush along its
/// skeleton (thinning after Zhang, Suen, "A fast parallel algorithm for thinning digital patterns",
/// 1984). A loop that is filled with ink stays filled.
GrayImage redraw_with_brush(const GrayImage& digit, const Redrawing& redrawing);

/// One drawing for each of `redrawings`. The skeleton is found only once.
std::vector<GrayImage> redraw_with_brush(const GrayImage& digit,
                                         const std::vector<Redrawing>& redrawings);

}  // namespace numeral
