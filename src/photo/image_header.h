#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace numeral {

/// The pixels of a picture that is taken, at most.
constexpr std::uint64_t kMaxPixels = 100'000'000;

/// Width and height in pixels, as a file says; nothing has been checked.
struct ImageSize {
  std::uint32_t width = 0, height = 0;
};

/// Whether a picture has any pixels, and not more than kMaxPixels.
constexpr bool fits(ImageSize size) {
  const std::uint64_t pixels = std::uint64_t(size.width) * size.height;
  return pixels > 0 && pixels <= kMaxPixels;
}

/// The size that the start of a picture file names, so that what is too large is refused before
/// anything is unpacked: PNG, JPEG, GIF, WebP, BMP, AVIF, HEIF or PGM. Nothing where it is none of
/// them, or its size comes later.
std::optional<ImageSize> read_image_size(std::span<const std::uint8_t> file_start);

}  // namespace numeral
