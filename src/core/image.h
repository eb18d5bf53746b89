#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace numeral {

/// A greyscale image: one luminance per pixel, row by row, from 0 (black) to 255 (white).
struct GrayImage {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> pixels;  ///< width * height values

  std::uint8_t at(int x, int y) const { return pixels[std::size_t(y) * width + x]; }
};

/// An image with one value from 0 to 1 per pixel, row by row.
struct FloatImage {
  int width = 0;
  int height = 0;
  std::vector<float> pixels;  ///< width * height values

  float at(int x, int y) const { return pixels[std::size_t(y) * width + x]; }
};

/// A position on an image, in pixels from its top left corner: the middle of the first pixel is
/// (0.5, 0.5).
struct Point {
  float x = 0, y = 0;
};

/// A rectangle of pixels, the half-open ranges [left, right) and [top, bottom).
struct Box {
  int left = 0, top = 0, right = 0, bottom = 0;

  int width() const { return right - left; }
  int height() const { return bottom - top; }

  bool operator==(const Box&) const = default;
};

/// The smallest box that contains both.
Box bounding_union(const Box& a, const Box& b);

/// Whether a box has all of another in it.
bool contains(const Box& box, const Box& other);

/// The longer of a box's sides.
int longer_side(const Box& box);

/// Whether a box reaches the edge of the image that it is on.
bool touches_edge(const Box& box, const FloatImage& image);

/// A part of an image: where it was cut out, and its values.
struct Region {
  int left = 0, top = 0;  ///< of its first pixel, on the image
  FloatImage values;
};

/// The caller's RGBA pixels, as a canvas or an image decoder has them: red, green, blue and alpha
/// (not premultiplied), 0 to 255, row by row; width * height * 4 bytes.
struct RgbaView {
  std::span<const std::uint8_t> pixels;
  int width = 0;
  int height = 0;
};

/// The luminance of a pixel, 0 to 255, from its red, green and blue, 0 to 255: the weights of ITU-R
/// BT.709, applied to the stored (gamma-encoded) values.
inline std::uint32_t luminance(std::uint32_t red, std::uint32_t green, std::uint32_t blue) {
  // 16-bit fixed point. The weights add up to 65536, so that white stays 255.
  constexpr std::uint32_t kRed = 13933, kGreen = 46871, kBlue = 4732;
  return (kRed * red + kGreen * green + kBlue * blue + 32768) >> 16;
}

/// Converts to greyscale. Transparent pixels are blended over white, or over black where the
/// drawing is light (its mean luminance, weighted by alpha, is above the middle).
///
/// An opaque image may have ink that is about as light as its paper, as yellow on light blue. There
/// a channel tells them apart: where the levels of red, green or blue are at least three times as
/// far apart as the luminance, the result has those levels instead.
/// `image.pixels` must have width * height * 4 bytes.
GrayImage to_luminance(RgbaView image);

/// Converts to opaque RGBA: width * height * 4 bytes.
std::vector<std::uint8_t> to_rgba(const GrayImage& image);

}  // namespace numeral
