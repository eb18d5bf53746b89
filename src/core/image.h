#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace numeral {

/// A picture with one luminance a pixel, row by row: 0 is black, 255 is white.
struct GrayImage {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> pixels;  ///< width * height values

  std::uint8_t at(int x, int y) const { return pixels[std::size_t(y) * width + x]; }
};

/// A picture with a value from 0 to 1 a pixel, row by row.
struct FloatImage {
  int width = 0;
  int height = 0;
  std::vector<float> pixels;  ///< width * height values

  float at(int x, int y) const { return pixels[std::size_t(y) * width + x]; }
};

/// A rectangle of pixels; right and bottom are one past its last.
struct Box {
  int left = 0, top = 0, right = 0, bottom = 0;

  int width() const { return right - left; }
  int height() const { return bottom - top; }

  bool operator==(const Box&) const = default;
};

/// The smallest box around both.
Box bounding_union(const Box& a, const Box& b);

/// Somebody else's picture as a canvas or an image file holds it: red, green, blue and alpha
/// (not premultiplied), 0 to 255, row by row; width * height * 4 bytes.
struct RgbaView {
  std::span<const std::uint8_t> pixels;
  int width = 0;
  int height = 0;
};

/// The luminance of a pixel, given its red, green and blue, 0 to 255: ITU-R BT.709's weights on the
/// stored (gamma-encoded) values.
inline std::uint32_t luminance(std::uint32_t red, std::uint32_t green, std::uint32_t blue) {
  // In 16-bit fixed point; they add up to 65536, so that white stays 255.
  constexpr std::uint32_t kRed = 13933, kGreen = 46871, kBlue = 4732;
  return (kRed * red + kGreen * green + kBlue * blue + 32768) >> 16;
}

/// The luminance of each pixel over the picture's background. Where a picture is transparent that
/// is whichever of black and white stands out from what is drawn on it.
/// `image.pixels` must hold width * height * 4 bytes.
GrayImage to_luminance(RgbaView image);

/// The picture as red, green, blue and alpha, as a canvas has it.
std::vector<std::uint8_t> to_rgba(const GrayImage& image);

}  // namespace numeral
