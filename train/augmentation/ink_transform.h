#pragma once

#include <optional>

#include "core/preprocess.h"
#include "train/base/random.h"

namespace numeral {

/// Draws `digit` (light on dark, as MNIST has them) anew on a larger canvas, as somebody else
/// might have: turned, slanted, squashed, bent, with a thinner or thicker pen. Sharp-edged, as a
/// drawing is; background 0, ink 255.
GrayImage transform_ink(const GrayImage& digit, Random& random);

/// A training picture: `digit` redrawn and brought back through the recogniser's preprocessing,
/// or, once in a while, `digit` itself preprocessed. Nothing where `digit` is blank.
std::optional<NetworkInput> augment_ink(const GrayImage& digit, Random& random);

/// `input` moved by up to a pixel in each direction, what moves out of it lost: where the centre of
/// mass comes to lie depends on a stroke's end, and shall not matter that much.
NetworkInput random_shift(const NetworkInput& input, Random& random);

}  // namespace numeral
