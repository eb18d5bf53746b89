#pragma once

#include "core/image.h"

namespace numeral {

/// Removes the printed lines of ruled and squared paper and keeps the strokes that cross them.
///
/// `ink` has values from 0 (none) to 1. Lines are thin, straight, horizontal or vertical to within
/// 12 degrees, and run across the image beside parallel ones; a single line, as a fold of the
/// paper, must reach from edge to edge, else it counts as writing. A Hough transform over slope and
/// intercept finds them (Duda, Hart, "Use of the Hough transformation to detect lines and curves in
/// pictures", 1972). What is thicker or darker than the line itself is a stroke, and stays.
///
/// Returns an upper bound of the lines' thickness in pixels; 0 where there are no lines.
int remove_ruled_lines(FloatImage& ink);

}  // namespace numeral
