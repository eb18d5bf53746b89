#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace numeral {

/// Images with more pixels are refused.
constexpr std::uint64_t kMaxPixels = 100'000'000;

/// Width and height in pixels, as a file declares them: not checked.
struct ImageSize {
  std::uint32_t width = 0, height = 0;
};

/// Whether an image has at least one and at most kMaxPixels pixels.
constexpr bool fits(ImageSize size) {
  const std::uint64_t pixels = std::uint64_t(size.width) * size.height;
  return pixels > 0 && pixels <= kMaxPixels;
}

/// Reads the declared size from the start of a PNG, JPEG, GIF, WebP, BMP, AVIF, HEIF or PGM file,
/// so that large images are refused before they are decoded. Returns nothing for other formats, and
/// where the size comes later in the file.
std::optional<ImageSize> read_image_size(std::span<const std::uint8_t> file_start);

}  // namespace numeral
