#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "core/error.h"
#include "photo/image_header.h"

namespace numeral {

/// Frees what decode_image made.
struct PixelsFree {
  void operator()(std::uint8_t* pixels) const;
};

/// RGBA, row by row.
using Pixels = std::unique_ptr<std::uint8_t, PixelsFree>;

/// Unpacks a PNG, JPEG, BMP or PGM file that says it has a size (see read_image_size). Fails where it
/// is broken, has another size, or is made to take more memory or time than a picture of that size
/// does.
Result<Pixels> decode_image(std::span<const std::uint8_t> file, ImageSize size);

}  // namespace numeral
