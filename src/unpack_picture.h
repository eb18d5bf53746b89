#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "error.h"
#include "picture_size.h"

namespace numeral {

/// Frees what unpack_picture made.
struct PixelsFree {
  void operator()(std::uint8_t* pixels) const;
};

/// RGBA, row by row.
using Pixels = std::unique_ptr<std::uint8_t, PixelsFree>;

/// Unpacks a PNG, JPEG, BMP or PGM file that says it has a size (see picture_size). Fails where it
/// is broken, has another size, or is made to take more memory or time than a picture of that size
/// does.
Result<Pixels> unpack_picture(std::span<const std::uint8_t> file, PictureSize size);

}  // namespace numeral
