#pragma once

#include "core/image.h"
#include "train/base/random.h"

namespace numeral {

/// Augments a full picture, of any size, so little that its class stays the same. It is mirrored
/// left to right half of the time and shifted by up to 1/14 of its size (2 pixels of 28). Sometimes
/// it is rotated and scaled a little, sometimes a rectangle is erased. Beyond the edge, the edge's
/// pixels repeat.
GrayImage transform_image(const GrayImage& picture, Random& random);

}  // namespace numeral
