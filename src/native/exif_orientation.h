#pragma once

#include <cstdint>
#include <span>

#include "core/image.h"

namespace numeral {

/// How a camera was held, as it noted in the file: Exif 2.3, 4.6.4, "Orientation", 1 to 8. 1, which
/// is upright, where the file says nothing, or nothing that can be understood.
/// `file`: the bytes of a whole picture file.
int read_orientation(std::span<const std::uint8_t> file);

/// The picture as it was seen, of one that is stored in an orientation.
GrayImage apply_orientation(const GrayImage& stored, int orientation);

}  // namespace numeral
