#pragma once

#include "core/image.h"

namespace numeral {

/// Takes the printed lines of ruled and squared paper away and leaves what is written across them.
///
/// `ink`: 0 where nothing is, and at most 1. A line is thin, straight, level or upright to within
/// 12 degrees, and runs across the picture, with others beside it; a single one must be there from
/// edge to edge, or else it is taken for writing. Lines are found by voting for slopes and heights
/// (Hough transform: Duda, Hart, "Use of the Hough transformation to detect lines and curves in
/// pictures", 1972). On a line, what is thicker or darker than the line itself is a stroke that
/// crosses it, and stays.
///
/// Returns how thick the lines are, in pixels; 0 where there are none.
int remove_ruled_lines(FloatImage& ink);

}  // namespace numeral
