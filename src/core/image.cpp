#include "core/image.h"

#include <algorithm>
#include <array>
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

/// One pixel in 32-bit numbers, which compilers vectorise.
struct Pixel {
  std::uint32_t luminance = 0, alpha = 0;
};

Pixel pixel_at(const std::uint8_t* rgba) {
  const std::uint32_t word = word_at(rgba);
  return {luminance(word & 255, word >> 8 & 255, word >> 16 & 255), word >> 24};
}

/// Copies the red channel. Returns whether that is the luminance: every pixel is opaque, with equal
/// red, green and blue, as black ink on white paper has.
bool copy_if_gray(RgbaView image, std::vector<std::uint8_t>& levels) {
  const std::uint8_t* rgba = image.pixels.data();
  // A byte may alias anything: without a pointer of our own, each write would reload the vector's.
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
std::uint32_t divide_by_255(std::uint32_t value) { return value * 32897u >> 23; }

/// Writes the luminance of each pixel, blended over a background. Returns whether black is the
/// better background: some pixel is transparent, and the drawing is light (see to_luminance).
bool blend_over(std::uint32_t background, RgbaView image, std::vector<std::uint8_t>& levels) {
  // Sums over this many pixels fit into 32 bits.
  constexpr std::size_t kBlock = 65536;
  std::uint64_t luminance_sum = 0, alpha_sum = 0;
  for (std::size_t begin = 0; begin < levels.size(); begin += kBlock) {
    const std::size_t count = std::min(kBlock, levels.size() - begin);
    const std::uint8_t* rgba = &image.pixels[begin * 4];
    std::uint8_t* level = &levels[begin];
    std::uint32_t block_luminance = 0, block_alpha = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const Pixel pixel = pixel_at(rgba + i * 4);
      const std::uint32_t weighted = pixel.luminance * pixel.alpha;
      level[i] = static_cast<std::uint8_t>(
          divide_by_255(weighted + background * (255 - pixel.alpha) + 127));
      block_luminance += weighted;
      block_alpha += pixel.alpha;
    }
    luminance_sum += block_luminance;
    alpha_sum += block_alpha;
  }
  return luminance_sum * 2 > alpha_sum * 255 && alpha_sum < levels.size() * 255;
}

/// A channel is better than luminance where its levels are this much further apart.
constexpr int kMinGain = 3;

/// The channel of an opaque image whose levels are furthest apart, and how far.
struct Channel {
  int index = 0;
  int range = 0;
};

Channel widest_channel(RgbaView image) {
  std::array<std::uint8_t, 4> darkest{255, 255, 255, 255}, lightest{};
  const std::uint8_t* rgba = image.pixels.data();
  for (std::size_t i = 0; i + 3 < image.pixels.size(); i += 4)
    for (int channel = 0; channel < 4; ++channel) {
      darkest[channel] = std::min(darkest[channel], rgba[i + channel]);
      lightest[channel] = std::max(lightest[channel], rgba[i + channel]);
    }
  Channel widest;
  const bool is_opaque = darkest[3] == 255;
  for (int channel = 0; channel < 3 && is_opaque; ++channel)
    if (const int range = lightest[channel] - darkest[channel]; range > widest.range)
      widest = {channel, range};
  return widest;
}

/// Replaces the luminance by a channel where that tells ink from paper much better.
void replace_by_channel(RgbaView image, std::vector<std::uint8_t>& levels) {
  const Channel widest = widest_channel(image);
  std::uint8_t darkest = 255, lightest = 0;
  for (const std::uint8_t level : levels) {
    darkest = std::min(darkest, level);
    lightest = std::max(lightest, level);
  }
  if (widest.range < kMinGain * (lightest - darkest) || widest.range == 0) return;
  for (std::size_t i = 0; i < levels.size(); ++i) levels[i] = image.pixels[i * 4 + widest.index];
}

}  // namespace

Box bounding_union(const Box& a, const Box& b) {
  return {std::min(a.left, b.left), std::min(a.top, b.top), std::max(a.right, b.right),
          std::max(a.bottom, b.bottom)};
}

int longer_side(const Box& box) { return std::max(box.width(), box.height()); }

bool touches_edge(const Box& box, const FloatImage& image) {
  return box.left == 0 || box.top == 0 || box.right == image.width || box.bottom == image.height;
}

bool contains(const Box& box, const Box& other) { return bounding_union(box, other) == box; }

GrayImage to_luminance(RgbaView image) {
  GrayImage result{image.width, image.height, {}};
  result.pixels.resize(image.pixels.size() / 4);
  if (copy_if_gray(image, result.pixels)) return result;
  // Light drawings are rarer: only they are blended twice.
  if (blend_over(255, image, result.pixels)) blend_over(0, image, result.pixels);
  replace_by_channel(image, result.pixels);
  return result;
}

std::vector<std::uint8_t> to_rgba(const GrayImage& image) {
  std::vector<std::uint8_t> rgba;
  rgba.reserve(image.pixels.size() * 4);
  for (const std::uint8_t level : image.pixels) rgba.insert(rgba.end(), {level, level, level, 255});
  return rgba;
}

}  // namespace numeral
