#include "core/image.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace numeral {
namespace {

std::uint32_t word_at(const std::uint8_t* rgba) {
  static_assert(std::endian::native == std::endian::little);
  std::uint32_t word;
  std::memcpy(&word, rgba, 4);
  return word;
}

/// One pixel, in a form in which compilers work on several at a time.
struct Pixel {
  std::uint32_t luminance = 0, alpha = 0;
};

Pixel pixel_at(const std::uint8_t* rgba) {
  const std::uint32_t word = word_at(rgba);
  return {luminance(word & 255, word >> 8 & 255, word >> 16 & 255), word >> 24};
}

/// Takes each pixel's red, and returns whether that is its luminance: whether every pixel is opaque
/// and its green and blue are the same, as where black ink is on white paper.
bool take_gray(RgbaView image, std::vector<std::uint8_t>& levels) {
  const std::uint8_t* rgba = image.pixels.data();
  // Bytes may be anything's, so that compilers would look up for each where the vector's are.
  std::uint8_t* level = levels.data();
  const std::size_t count = levels.size();
  std::uint32_t opaque = 0xff000000, coloured = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t word = word_at(rgba + i * 4);
    level[i] = static_cast<std::uint8_t>(word);
    opaque &= word;
    coloured |= word ^ word >> 8;
  }
  return opaque == 0xff000000 && (coloured & 0xffff) == 0;
}

/// value / 255, for values below 65536.
std::uint32_t divided_by_255(std::uint32_t value) { return value * 32897u >> 23; }

/// Writes the luminance of each pixel over a background. Returns whether that shows anywhere and
/// what is drawn is light: its mean luminance, each pixel counted by its opacity, is above the
/// middle.
bool mix_with(std::uint32_t background, RgbaView image, std::vector<std::uint8_t>& levels) {
  // So many pixels' sums fit into 32 bits.
  constexpr std::size_t kPart = 65536;
  std::uint64_t drawn = 0, opacity = 0;
  for (std::size_t begin = 0; begin < levels.size(); begin += kPart) {
    const std::size_t count = std::min(kPart, levels.size() - begin);
    const std::uint8_t* rgba = &image.pixels[begin * 4];
    std::uint8_t* level = &levels[begin];
    std::uint32_t part_drawn = 0, part_opacity = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const Pixel pixel = pixel_at(rgba + i * 4);
      const std::uint32_t own = pixel.luminance * pixel.alpha;
      level[i] =
          static_cast<std::uint8_t>(divided_by_255(own + background * (255 - pixel.alpha) + 127));
      part_drawn += own;
      part_opacity += pixel.alpha;
    }
    drawn += part_drawn;
    opacity += part_opacity;
  }
  return drawn * 2 > opacity * 255 && opacity < levels.size() * 255;
}

}  // namespace

Box bounding_union(const Box& a, const Box& b) {
  return {std::min(a.left, b.left), std::min(a.top, b.top), std::max(a.right, b.right),
          std::max(a.bottom, b.bottom)};
}

GrayImage to_luminance(RgbaView image) {
  GrayImage result{image.width, image.height, {}};
  result.pixels.resize(image.pixels.size() / 4);
  if (take_gray(image, result.pixels)) return result;
  // White under dark drawings, black under light ones, which are rarer.
  if (mix_with(255, image, result.pixels)) mix_with(0, image, result.pixels);
  return result;
}

std::vector<std::uint8_t> to_rgba(const GrayImage& image) {
  std::vector<std::uint8_t> rgba;
  rgba.reserve(image.pixels.size() * 4);
  for (const std::uint8_t level : image.pixels) rgba.insert(rgba.end(), {level, level, level, 255});
  return rgba;
}

}  // namespace numeral
