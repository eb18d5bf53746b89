#pragma once

#include "core/image.h"
#include "train/base/random.h"

namespace numeral {

/// Varies a picture that fills its frame, by no more than leaves it what it is: mirrored left to
/// right, moved by up to a fourteenth of its size (2 pixels of 28), sometimes turned and scaled a
/// little, sometimes with a part covered. What comes in from outside continues the edge.
GrayImage transform_image(const GrayImage& picture, Random& random);

}  // namespace numeral
