#include "forms.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace numeral {
namespace {

constexpr int kSide = 28;
constexpr float kHeight = 18;  // of the digit, in pixels

struct Point {
  float x = 0, y = 0;
};

/// From one point to the next; y from 0 at the digit's top to 1 at its foot, x to the same scale
/// with 0 in the middle.
using Polyline = std::vector<Point>;

/// The upstroke rises at 40 degrees or more: flatter, it would be the top of a 7.
std::vector<Polyline> one(Random& random) {
  const float lean = random.uniform(-0.15f, 0.05f);
  const float width = random.uniform(0.15f, 0.5f);
  const float drop = width * random.uniform(0.85f, 1.8f);
  const Point top{0.15f, 0}, foot{0.15f + lean, 1};
  // A little bent, as a hand on its way up writes it.
  const Point middle{top.x - width * 0.5f, drop * random.uniform(0.4f, 0.55f)};
  std::vector<Polyline> strokes{{{top.x - width, std::min(drop, 0.8f)}, middle, top, foot}};
  if (random.chance(0.3f)) {
    const float half = random.uniform(0.15f, 0.35f);
    strokes.push_back({{foot.x - half, 1}, {foot.x + half, 1}});
  }
  return strokes;
}

std::vector<Polyline> seven(Random& random) {
  const float left = random.uniform(-0.45f, -0.25f), right = random.uniform(0.2f, 0.4f);
  const Point corner{right, random.uniform(-0.03f, 0.05f)};
  const Point foot{random.uniform(-0.25f, 0.1f), 1};
  const float height = random.uniform(0.4f, 0.6f), half = random.uniform(0.15f, 0.3f);
  const float crossing = corner.x + (foot.x - corner.x) * height;
  const float tilt = random.uniform(-0.05f, 0.05f);
  std::vector<Polyline> strokes{
      {{left, random.uniform(-0.02f, 0.06f)}, corner, foot},
      {{crossing - half, height + tilt}, {crossing + half, height - tilt}}};
  if (random.chance(0.3f)) strokes.push_back({{left, 0}, {left, random.uniform(0.08f, 0.18f)}});
  return strokes;
}

float distance_to_segment(Point p, Point a, Point b) {
  const float dx = b.x - a.x, dy = b.y - a.y;
  const float length = std::max(dx * dx + dy * dy, 1e-6f);
  const float along = std::clamp(((p.x - a.x) * dx + (p.y - a.y) * dy) / length, 0.0f, 1.0f);
  return std::hypot(p.x - a.x - along * dx, p.y - a.y - along * dy);
}

/// Draws with a round pen of `width` pixels, anti-aliased.
GrayImage draw(const std::vector<Polyline>& strokes, float width) {
  GrayImage image{kSide, kSide, {}};
  const auto place = [](Point p) {
    return Point{kSide / 2.0f + p.x * kHeight, (kSide - kHeight) / 2 + p.y * kHeight};
  };
  for (int y = 0; y < kSide; ++y)
    for (int x = 0; x < kSide; ++x) {
      auto nearest = float(kSide);
      for (const Polyline& stroke : strokes)
        for (std::size_t i = 1; i < stroke.size(); ++i)
          nearest = std::min(nearest, distance_to_segment({float(x) + 0.5f, float(y) + 0.5f},
                                                          place(stroke[i - 1]), place(stroke[i])));
      const float ink = std::clamp(width / 2 - nearest + 0.5f, 0.0f, 1.0f);
      image.pixels.push_back(static_cast<std::uint8_t>(ink * 255));
    }
  return image;
}

}  // namespace

std::optional<GrayImage> draw_form(int digit, Random& random) {
  const float width = random.uniform(1.2f, 3);
  if (digit == 1) return draw(one(random), width);
  if (digit == 7) return draw(seven(random), width);
  return std::nullopt;
}

}  // namespace numeral
