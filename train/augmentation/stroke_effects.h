#pragma once

#include "core/image.h"
#include "train/base/random.h"

namespace numeral {

/// Effects of the pen or mouse on a digit. Each changes a picture, light on dark, in place; a
/// picture without ink stays as it is. Dots and gaps have sizes for a digit about 46 pixels high.

/// Dots instead of strokes: what a fast mouse leaves where a page draws only at its events.
void turn_into_dots(GrayImage& digit, Random& random);

/// Erases one to three gaps, where the pen lifted. A loop may come open.
void break_strokes(GrayImage& digit, Random& random);

/// Redraws it in `cell` x `cell` pixels each as one pixel, black or white, as pictures of 8 to 20
/// pixels have them. The picture becomes smaller.
void reduce_resolution(GrayImage& digit, float cell, Random& random);

/// Adds some of the above, each with a small probability.
void add_stroke_effects(GrayImage& digit, Random& random);

/// Draws a slash from lower left to upper right, as some people do through a 0. For any size.
void slash(GrayImage& digit, Random& random);

}  // namespace numeral
