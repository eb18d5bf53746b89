#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace numeral {

/// The pixels of a picture that is taken, at most.
constexpr std::uint64_t kMostPixels = 100'000'000;

/// Width and height in pixels, as a file says; nothing has been checked.
struct PictureSize {
  std::uint32_t width = 0, height = 0;
};

/// Whether a picture has any pixels, and not more than kMostPixels.
constexpr bool fits(PictureSize size) {
  const std::uint64_t pixels = std::uint64_t(size.width) * size.height;
  return pixels > 0 && pixels <= kMostPixels;
}

/// The size that the start of a picture file names, so that what is too large is refused before
/// anything is unpacked: PNG, JPEG, GIF, WebP, BMP, AVIF, HEIF or PGM. Nothing where it is none of
/// them, or its size comes later.
std::optional<PictureSize> picture_size(std::span<const std::uint8_t> file_start);

}  // namespace numeral
