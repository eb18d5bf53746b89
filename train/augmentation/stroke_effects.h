#pragma once

#include "core/image.h"
#include "train/base/random.h"

namespace numeral {

/// What happens to a digit between a hand and a canvas. Each takes a digit, light on dark, and
/// changes it in place. Gaps and beads are sized for a canvas on which the digit is about 46 pixels
/// high; a slash goes with any size.

/// The beads that a fast movement of the mouse leaves where a page draws only at its events.
void turn_into_dots(GrayImage& digit, Random& random);

/// One to three gaps, where the pen lifted or the line broke; a loop may come open.
void break_strokes(GrayImage& digit, Random& random);

/// A slash from lower left to upper right, as some draw through a 0.
void slash(GrayImage& digit, Random& random);

}  // namespace numeral
