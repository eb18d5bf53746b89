#include "train/augmentation/image_transform.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "train/augmentation/bilinear.h"

namespace numeral {
namespace {

/// As a share of the picture's size.
constexpr float kMaxShift = 2.0f / 28;

/// Only some pictures are rotated and scaled, as this blurs small ones.
constexpr float kRotatedShare = 0.25f;
constexpr float kMaxRotation = 8 * std::numbers::pi_v<float> / 180;
constexpr float kMaxScale = 1.1f;

/// Random erasing: how often, and the rectangle's sides as shares of the picture's.
constexpr float kErasedShare = 0.1f;
constexpr float kMinErased = 0.15f;
constexpr float kMaxErased = 0.4f;

/// Maps a pixel of the result to a position in the source, both relative to the picture's middle:
/// mirrored, then shifted, then rotated and scaled.
struct AffineTransform {
  float cosine = 1, sine = 0;  ///< of the rotation, times the scale
  float shift_x = 0, shift_y = 0;
  bool mirrored = false;
};

/// In whole pixels: a picture that is not rotated stays sharp.
float random_offset(int size, Random& random) {
  const float max = std::round(float(size) * kMaxShift);
  return std::floor(random.uniform(-max, max + 1));
}

AffineTransform random_transform(const GrayImage& picture, Random& random) {
  AffineTransform transform;
  transform.mirrored = random.chance(0.5f);
  transform.shift_x = random_offset(picture.width, random);
  transform.shift_y = random_offset(picture.height, random);
  if (random.chance(kRotatedShare)) {
    const float angle = random.uniform(-kMaxRotation, kMaxRotation);
    const float scale = std::exp(random.uniform(-1, 1) * std::log(kMaxScale));
    transform.cosine = std::cos(angle) * scale;
    transform.sine = std::sin(angle) * scale;
  }
  return transform;
}

GrayImage transformed(const GrayImage& picture, const AffineTransform& transform) {
  const auto max_x = float(picture.width - 1), max_y = float(picture.height - 1);
  const float centre_x = max_x / 2, centre_y = max_y / 2;
  const auto value = [&](int x, int y) {
    return float(picture.at(std::min(x, picture.width - 1), std::min(y, picture.height - 1)));
  };
  GrayImage result{picture.width, picture.height, {}};
  result.pixels.reserve(picture.pixels.size());
  for (int y = 0; y < picture.height; ++y)
    for (int x = 0; x < picture.width; ++x) {
      const float dx =
          (float(x) - centre_x) * (transform.mirrored ? -1.0f : 1.0f) + transform.shift_x;
      const float dy = float(y) - centre_y + transform.shift_y;
      const float source_x = centre_x + transform.cosine * dx - transform.sine * dy;
      const float source_y = centre_y + transform.sine * dx + transform.cosine * dy;
      const float level =
          bilinear(std::clamp(source_x, 0.0f, max_x), std::clamp(source_y, 0.0f, max_y), value);
      result.pixels.push_back(static_cast<std::uint8_t>(std::lround(level)));
    }
  return result;
}

/// Fills a random rectangle with one random grey. Zhong, Zheng, Kang, Li, Yang, "Random erasing
/// data augmentation", 2020.
void random_erasing(GrayImage& picture, Random& random) {
  const auto extent = [&](int size) {
    return std::max(1, static_cast<int>(random.uniform(kMinErased, kMaxErased) * float(size)));
  };
  const auto start = [&](int size, int length) {
    return static_cast<int>(random.uniform(0, float(size - length + 1)));
  };
  const int width = extent(picture.width), height = extent(picture.height);
  const int left = start(picture.width, width), top = start(picture.height, height);
  const auto level = static_cast<std::uint8_t>(random.uniform(0, 256));
  for (int y = top; y < top + height; ++y)
    std::fill_n(picture.pixels.begin() + std::ptrdiff_t(y) * picture.width + left, width, level);
}

}  // namespace

GrayImage transform_image(const GrayImage& picture, Random& random) {
  GrayImage result = transformed(picture, random_transform(picture, random));
  if (random.chance(kErasedShare)) random_erasing(result, random);
  return result;
}

}  // namespace numeral
