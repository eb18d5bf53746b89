#pragma once

#include <optional>

#include "core/preprocess.h"
#include "train/base/random.h"

namespace numeral {

/// Redraws `digit` (light on dark, as in MNIST) on a larger canvas, as another hand might: a random
/// affine and elastic transform, with a thinner or thicker pen. The result has sharp edges as a
/// drawing has, ink 255 on background 0.
GrayImage transform_ink(const GrayImage& digit, Random& random);

/// A network input for training. Most of the time `digit` is transformed (sometimes with stroke
/// effects) and then preprocessed as the recogniser does; otherwise it is only preprocessed.
/// Nothing where `digit` has no ink.
std::optional<NetworkInput> augment_ink(const GrayImage& digit, Random& random);

/// Shifts `input` by up to one pixel in each direction, and fills with 0. The end of a stroke moves
/// the centre of mass, at which preprocessing centres the digit: so the network learns not to rely
/// on its exact place.
NetworkInput random_shift(const NetworkInput& input, Random& random);

}  // namespace numeral
