#include "support/drawing.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <utility>

namespace numeral::test {
namespace {

/// An arc of an ellipse; angles in degrees, clockwise from three o'clock.
Stroke arc(Point centre, float radius_x, float radius_y, float from, float to) {
  Stroke stroke;
  constexpr int kSteps = 32;
  for (int i = 0; i <= kSteps; ++i) {
    const float angle = (from + (to - from) * float(i) / kSteps) * std::numbers::pi_v<float> / 180;
    stroke.push_back(
        {centre.x + radius_x * std::cos(angle), centre.y + radius_y * std::sin(angle)});
  }
  return stroke;
}

Stroke joined(Stroke first, const Stroke& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

float distance_to_segment(Point p, Point a, Point b) {
  const float dx = b.x - a.x, dy = b.y - a.y;
  const float length = dx * dx + dy * dy;
  const float along =
      length > 0 ? std::clamp(((p.x - a.x) * dx + (p.y - a.y) * dy) / length, 0.0f, 1.0f) : 0;
  return std::hypot(p.x - a.x - along * dx, p.y - a.y - along * dy);
}

}  // namespace

const Strokes& digit_strokes(int digit) {
  static const std::array<Strokes, 10> all{{
      {arc({0.5f, 0.5f}, 0.3f, 0.5f, -90, 270)},
      {{{0.5f, 0}, {0.5f, 1}}},
      {joined(arc({0.5f, 0.28f}, 0.3f, 0.28f, -170, 30), {{0.2f, 1}, {0.85f, 1}})},
      {joined(arc({0.45f, 0.25f}, 0.3f, 0.25f, -150, 90),
              arc({0.45f, 0.75f}, 0.33f, 0.25f, -90, 150))},
      {{{0.6f, 0}, {0.15f, 0.65f}, {0.9f, 0.65f}}, {{0.65f, 0.35f}, {0.65f, 1}}},
      {joined({{0.8f, 0}, {0.3f, 0}, {0.25f, 0.45f}}, arc({0.45f, 0.7f}, 0.35f, 0.3f, -120, 140))},
      {joined(arc({0.75f, 0.6f}, 0.55f, 0.6f, -100, -180),
              arc({0.5f, 0.7f}, 0.3f, 0.3f, -180, 180))},
      {{{0.15f, 0}, {0.85f, 0}, {0.4f, 1}}},
      {arc({0.5f, 0.25f}, 0.25f, 0.25f, 90, 450), arc({0.5f, 0.75f}, 0.3f, 0.25f, -90, 270)},
      {joined(arc({0.5f, 0.3f}, 0.27f, 0.3f, 0, -360), {{0.75f, 0.4f}, {0.65f, 1}})},
  }};
  return all[digit];
}

Strokes number_strokes(const std::string& digits) {
  Strokes all;
  const float first = 0.5f - float(digits.size()) / 2;
  for (std::size_t i = 0; i < digits.size(); ++i)
    for (Stroke stroke : digit_strokes(digits[i] - '0')) {
      for (auto& point : stroke) point.x += first + float(i);
      all.push_back(std::move(stroke));
    }
  return all;
}

GrayImage draw(const Strokes& strokes, const Placement& placement) {
  const int side = placement.canvas;
  GrayImage canvas{side, side,
                   std::vector<std::uint8_t>(std::size_t(side) * side, placement.paper)};
  const auto place = [&](Point p) {
    return Point{placement.left + p.x * placement.size, placement.top + p.y * placement.size};
  };
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x) {
      auto nearest = float(side);
      for (const Stroke& stroke : strokes)
        for (std::size_t i = 1; i < stroke.size(); ++i)
          nearest = std::min(nearest, distance_to_segment({float(x) + 0.5f, float(y) + 0.5f},
                                                          place(stroke[i - 1]), place(stroke[i])));
      const float ink = std::clamp(placement.brush / 2 - nearest + 0.5f, 0.0f, 1.0f);
      const float level =
          float(placement.paper) + (float(placement.ink) - float(placement.paper)) * ink;
      canvas.pixels[std::size_t(y) * side + x] = static_cast<std::uint8_t>(std::lround(level));
    }
  return canvas;
}

std::string pgm_of(const GrayImage& image) {
  return "P5\n" + std::to_string(image.width) + " " + std::to_string(image.height) + "\n255\n" +
         std::string(image.pixels.begin(), image.pixels.end());
}

}  // namespace numeral::test
