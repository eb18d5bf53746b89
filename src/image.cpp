#include "image.h"

#include <algorithm>

namespace numeral {
namespace {

/// Black under light drawings, white under dark ones: the mean luminance of what is drawn,
/// each pixel counted by its opacity, decides.
std::uint32_t background_of(RgbaView image) {
  std::uint64_t drawn = 0, opacity = 0;
  for (std::size_t i = 0; i < image.pixels.size(); i += 4) {
    const std::uint32_t alpha = image.pixels[i + 3];
    drawn += luminance(&image.pixels[i]) * alpha;
    opacity += alpha;
  }
  return drawn * 2 > opacity * 255 ? 0 : 255;
}

}  // namespace

Box around(const Box& a, const Box& b) {
  return {std::min(a.left, b.left), std::min(a.top, b.top), std::max(a.right, b.right),
          std::max(a.bottom, b.bottom)};
}

GrayImage to_luminance(RgbaView image) {
  GrayImage result{image.width, image.height, {}};
  result.pixels.resize(image.pixels.size() / 4);
  const std::uint32_t background = background_of(image);
  for (std::size_t i = 0; i < result.pixels.size(); ++i) {
    const std::uint8_t* rgba = &image.pixels[i * 4];
    const std::uint32_t alpha = rgba[3];
    const std::uint32_t mixed = luminance(rgba) * alpha + background * (255 - alpha);
    result.pixels[i] = static_cast<std::uint8_t>((mixed + 127) / 255);
  }
  return result;
}

std::vector<std::uint8_t> to_rgba(const GrayImage& image) {
  std::vector<std::uint8_t> rgba;
  rgba.reserve(image.pixels.size() * 4);
  for (const std::uint8_t level : image.pixels) rgba.insert(rgba.end(), {level, level, level, 255});
  return rgba;
}

}  // namespace numeral
