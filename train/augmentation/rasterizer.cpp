#include "train/augmentation/rasterizer.h"

#include <algorithm>
#include <cmath>

namespace numeral {
namespace {

float distance_to_segment(Point p, Point a, Point b) {
  const float dx = b.x - a.x, dy = b.y - a.y;
  const float length = std::max(dx * dx + dy * dy, 1e-6f);
  const float along = std::clamp(((p.x - a.x) * dx + (p.y - a.y) * dy) / length, 0.0f, 1.0f);
  return std::hypot(p.x - a.x - along * dx, p.y - a.y - along * dy);
}

void draw_segment(GrayImage& image, Point a, Point b, float width) {
  const float reach = width / 2 + 1;
  const int left = std::max(0, static_cast<int>(std::min(a.x, b.x) - reach));
  const int top = std::max(0, static_cast<int>(std::min(a.y, b.y) - reach));
  const int right = std::min(image.width, static_cast<int>(std::max(a.x, b.x) + reach) + 1);
  const int bottom = std::min(image.height, static_cast<int>(std::max(a.y, b.y) + reach) + 1);
  for (int y = top; y < bottom; ++y)
    for (int x = left; x < right; ++x) {
      const float distance = distance_to_segment({float(x) + 0.5f, float(y) + 0.5f}, a, b);
      const float ink = std::clamp(width / 2 - distance + 0.5f, 0.0f, 1.0f);
      std::uint8_t& pixel = image.pixels[std::size_t(y) * image.width + x];
      pixel = std::max(pixel, static_cast<std::uint8_t>(ink * 255));
    }
}

}  // namespace

GrayImage black_image(int width, int height) {
  return {width, height, std::vector<std::uint8_t>(std::size_t(width) * height)};
}

void draw_line(GrayImage& image, const Polyline& line, float width) {
  if (line.size() == 1) draw_segment(image, line[0], line[0], width);
  for (std::size_t i = 1; i < line.size(); ++i) draw_segment(image, line[i - 1], line[i], width);
}

}  // namespace numeral
