#pragma once

#include <optional>

#include "core/image.h"
#include "train/base/random.h"

namespace numeral {

/// Draws a form of a digit that is common in most of the world but rare in MNIST, which was made in
/// the United States: a 1 with a long upstroke and perhaps a foot, or a 7 with a bar. 28x28, light
/// on dark, as in MNIST; each time a little different. Nothing for the other digits.
std::optional<GrayImage> draw_digit_variant(int digit, Random& random);

}  // namespace numeral
