#pragma once

#include <vector>

#include "core/image.h"

namespace numeral {

/// A path from the top of an image to its bottom that may divide touching digits. In each row the
/// columns before `end` belong to the digit at its left, and those from `begin` on to the digit at
/// its right. Where the path crosses ink these overlap: both digits need the ink there.
struct CutPath {
  std::vector<int> begin, end;  ///< one per row; begin <= end
  float ink = 0;  ///< how much ink it crosses, in pixels; less where strokes meet or touch
};

/// Finds the paths along which ink may be cut into digits, from left to right.
///
/// A path is the one that crosses least ink inside a corridor as high as the image: a shortest
/// path, found by dynamic programming (Lee, Lee, Park, "A new methodology for gray-scale character
/// segmentation and recognition", 1996). Corridors stand side by side and overlap. Ink costs less
/// where there is more of it than a stroke has: there strokes cross, or run into each other.
std::vector<CutPath> find_cut_paths(const FloatImage& ink);

}  // namespace numeral
