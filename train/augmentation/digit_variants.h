#pragma once

#include <optional>

#include "core/image.h"
#include "train/base/random.h"

namespace numeral {

/// Draws a digit in a form that most of the world writes and MNIST, made in the United States,
/// hardly has: a 1 with a long upstroke and perhaps a foot, a 7 with a bar. 28x28, light on dark,
/// as MNIST's own pictures; each time a little different. Nothing for the other digits.
std::optional<GrayImage> draw_digit_variant(int digit, Random& random);

}  // namespace numeral
