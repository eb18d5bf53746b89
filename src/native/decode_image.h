#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "core/error.h"
#include "photo/image_header.h"

namespace numeral {

/// Frees the result of decode_image.
struct RgbaFree {
  void operator()(std::uint8_t* pixels) const;
};

/// Red, green, blue and alpha, 0 to 255, row by row; width * height * 4 bytes.
using RgbaPixels = std::unique_ptr<std::uint8_t, RgbaFree>;

/// Decodes a PNG, JPEG, BMP or PGM file. `size` is what its header declares (see read_image_size).
/// Fails where the file is broken, the image has another size, or decoding would take more memory
/// or time than an image of that size needs (a decompression bomb).
Result<RgbaPixels> decode_image(std::span<const std::uint8_t> file, ImageSize size);

}  // namespace numeral
