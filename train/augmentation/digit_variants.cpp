#include "train/augmentation/digit_variants.h"

#include <algorithm>
#include <vector>

#include "train/augmentation/rasterizer.h"

namespace numeral {
namespace {

constexpr int kSide = 28;
constexpr float kDigitHeight = 18;  // in pixels

/// A digit's strokes in units of its height: y from 0 (top) to 1 (foot), x is 0 in the middle.
using Strokes = std::vector<Polyline>;

/// The upstroke is no flatter than 40 degrees: a flatter one would be the top of a 7.
Strokes one(Random& random) {
  const float lean = random.uniform(-0.15f, 0.05f);
  const float width = random.uniform(0.15f, 0.5f);
  const float drop = width * random.uniform(0.85f, 1.8f);
  const Point top{0.15f, 0}, foot{0.15f + lean, 1};
  // A hand bends the upstroke a little.
  const Point middle{top.x - width * 0.5f, drop * random.uniform(0.4f, 0.55f)};
  Strokes strokes{{{top.x - width, std::min(drop, 0.8f)}, middle, top, foot}};
  if (random.chance(0.3f)) {
    const float half = random.uniform(0.15f, 0.35f);
    strokes.push_back({{foot.x - half, 1}, {foot.x + half, 1}});
  }
  return strokes;
}

Strokes seven(Random& random) {
  const float left = random.uniform(-0.45f, -0.25f), right = random.uniform(0.2f, 0.4f);
  const Point corner{right, random.uniform(-0.03f, 0.05f)};
  const Point foot{random.uniform(-0.25f, 0.1f), 1};
  const float height = random.uniform(0.4f, 0.6f), half = random.uniform(0.15f, 0.3f);
  const float crossing = corner.x + (foot.x - corner.x) * height;
  const float tilt = random.uniform(-0.05f, 0.05f);
  Strokes strokes{{{left, random.uniform(-0.02f, 0.06f)}, corner, foot},
                  {{crossing - half, height + tilt}, {crossing + half, height - tilt}}};
  if (random.chance(0.3f)) strokes.push_back({{left, 0}, {left, random.uniform(0.08f, 0.18f)}});
  return strokes;
}

GrayImage draw(const Strokes& strokes, float width) {
  GrayImage image = black_image(kSide, kSide);
  for (const Polyline& stroke : strokes) {
    Polyline placed;
    for (const Point p : stroke)
      placed.push_back(
          {kSide / 2.0f + p.x * kDigitHeight, (kSide - kDigitHeight) / 2 + p.y * kDigitHeight});
    draw_line(image, placed, width);
  }
  return image;
}

}  // namespace

std::optional<GrayImage> draw_digit_variant(int digit, Random& random) {
  const float width = random.uniform(1.2f, 3);
  if (digit == 1) return draw(one(random), width);
  if (digit == 7) return draw(seven(random), width);
  return std::nullopt;
}

}  // namespace numeral
