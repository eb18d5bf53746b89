#include "train/augmentation/image_transform.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace numeral {
namespace {

/// The largest move, as a share of the picture's size.
constexpr float kMaxShift = 2.0f / 28;

/// Turning and scaling blur a small picture, so only some are.
constexpr float kTurnedShare = 0.25f;
constexpr float kMaxRotation = 8 * std::numbers::pi_v<float> / 180;
constexpr float kMaxScale = 1.1f;

/// A covered rectangle, its sides as shares of the picture's.
constexpr float kCoveredShare = 0.1f;
constexpr float kMinCover = 0.15f;
constexpr float kMaxCover = 0.4f;

/// Where in the source a pixel of the result comes from, relative to the middle of each.
struct Motion {
  float cosine = 1, sine = 0;  ///< of the rotation, times the scale
  float shift_x = 0, shift_y = 0;
  bool mirrored = false;
};

/// Whole pixels, so that a picture that is not turned stays sharp.
float random_shift(int size, Random& random) {
  const float most = std::round(float(size) * kMaxShift);
  return std::floor(random.uniform(-most, most + 1));
}

Motion random_motion(const GrayImage& picture, Random& random) {
  Motion motion;
  motion.mirrored = random.chance(0.5f);
  motion.shift_x = random_shift(picture.width, random);
  motion.shift_y = random_shift(picture.height, random);
  if (random.chance(kTurnedShare)) {
    const float angle = random.uniform(-kMaxRotation, kMaxRotation);
    const float scale = std::exp(random.uniform(-1, 1) * std::log(kMaxScale));
    motion.cosine = std::cos(angle) * scale;
    motion.sine = std::sin(angle) * scale;
  }
  return motion;
}

/// The level between four pixels; outside, that of the nearest pixel.
float sample(const GrayImage& image, float x, float y) {
  x = std::clamp(x, 0.0f, float(image.width - 1));
  y = std::clamp(y, 0.0f, float(image.height - 1));
  const int left = static_cast<int>(x), top = static_cast<int>(y);
  const int right = std::min(left + 1, image.width - 1);
  const int bottom = std::min(top + 1, image.height - 1);
  const float u = x - float(left), v = y - float(top);
  return (float(image.at(left, top)) * (1 - u) + float(image.at(right, top)) * u) * (1 - v) +
         (float(image.at(left, bottom)) * (1 - u) + float(image.at(right, bottom)) * u) * v;
}

GrayImage moved(const GrayImage& picture, const Motion& motion) {
  const float centre_x = float(picture.width - 1) / 2, centre_y = float(picture.height - 1) / 2;
  GrayImage result{picture.width, picture.height, {}};
  result.pixels.reserve(picture.pixels.size());
  for (int y = 0; y < picture.height; ++y)
    for (int x = 0; x < picture.width; ++x) {
      const float dx = (float(x) - centre_x) * (motion.mirrored ? -1.0f : 1.0f) + motion.shift_x;
      const float dy = float(y) - centre_y + motion.shift_y;
      const float level = sample(picture, centre_x + motion.cosine * dx - motion.sine * dy,
                                 centre_y + motion.sine * dx + motion.cosine * dy);
      result.pixels.push_back(static_cast<std::uint8_t>(std::lround(level)));
    }
  return result;
}

/// Fills a rectangle with one grey. Zhong, Zheng, Kang, Li, Yang, "Random erasing data
/// augmentation", 2020.
void random_erasing(GrayImage& picture, Random& random) {
  const auto extent = [&](int size) {
    return std::max(1, static_cast<int>(random.uniform(kMinCover, kMaxCover) * float(size)));
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
  GrayImage result = moved(picture, random_motion(picture, random));
  if (random.chance(kCoveredShare)) random_erasing(result, random);
  return result;
}

}  // namespace numeral
