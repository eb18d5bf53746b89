#pragma once

#include <cstdint>
#include <span>

#include "core/image.h"

namespace numeral {

/// The Exif orientation of an image file, 1 to 8 (Exif 2.3, 4.6.4, "Orientation"): how the camera
/// was held. 1 (upright) where there is none, or it is invalid.
int read_orientation(std::span<const std::uint8_t> file);

/// Rotates and mirrors an image that is stored in an Exif orientation so that it is upright.
GrayImage apply_orientation(const GrayImage& stored, int orientation);

}  // namespace numeral
