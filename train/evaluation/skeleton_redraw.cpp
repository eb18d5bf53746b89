#include "train/evaluation/skeleton_redraw.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace numeral {
namespace {

/// Pixels of the thinned picture per pixel of the digit.
constexpr int kFineness = 4;

struct Bitmap {
  int width = 0, height = 0;
  std::vector<std::uint8_t> pixels;  ///< 0 or 1

  bool at(int x, int y) const {
    return x >= 0 && y >= 0 && x < width && y < height && pixels[std::size_t(y) * width + x];
  }
};

/// By how much each pixel is lighter than half-way between the lightest and the darkest around it:
/// positive on strokes, also faint ones, negative off them, also in narrow loops.
std::vector<float> stroke_strength(const GrayImage& digit) {
  constexpr int kReach = 2;
  std::vector<float> strength;
  for (int y = 0; y < digit.height; ++y)
    for (int x = 0; x < digit.width; ++x) {
      int least = 255, most = 0;
      for (int v = std::max(0, y - kReach); v <= std::min(digit.height - 1, y + kReach); ++v)
        for (int u = std::max(0, x - kReach); u <= std::min(digit.width - 1, x + kReach); ++u) {
          least = std::min<int>(least, digit.at(u, v));
          most = std::max<int>(most, digit.at(u, v));
        }
      strength.push_back(float(digit.at(x, y)) -
                         std::clamp(float(least + most) / 2, 32.0f, 223.0f));
    }
  return strength;
}

/// The digit's strokes, enlarged (interpolated linearly).
Bitmap enlarged(const GrayImage& digit) {
  const std::vector<float> strength = stroke_strength(digit);
  Bitmap result{digit.width * kFineness, digit.height * kFineness, {}};
  const auto value = [&](int x, int y) -> float {
    const bool inside = x >= 0 && y >= 0 && x < digit.width && y < digit.height;
    return inside ? strength[std::size_t(y) * digit.width + x] : -64;
  };
  for (int y = 0; y < result.height; ++y)
    for (int x = 0; x < result.width; ++x) {
      const float sx = (float(x) + 0.5f) / kFineness - 0.5f,
                  sy = (float(y) + 0.5f) / kFineness - 0.5f;
      const int column = static_cast<int>(std::floor(sx)), row = static_cast<int>(std::floor(sy));
      const float u = sx - float(column), v = sy - float(row);
      const float level = (value(column, row) * (1 - u) + value(column + 1, row) * u) * (1 - v) +
                          (value(column, row + 1) * (1 - u) + value(column + 1, row + 1) * u) * v;
      result.pixels.push_back(level > 0);
    }
  return result;
}

/// One of Zhang and Suen's two passes; true where it removed anything.
bool thin_once(Bitmap& bitmap, bool second) {
  std::vector<std::size_t> removed;
  for (int y = 0; y < bitmap.height; ++y)
    for (int x = 0; x < bitmap.width; ++x) {
      if (!bitmap.at(x, y)) continue;
      // Clockwise from north.
      const std::array<bool, 8> p{bitmap.at(x, y - 1), bitmap.at(x + 1, y - 1),
                                  bitmap.at(x + 1, y), bitmap.at(x + 1, y + 1),
                                  bitmap.at(x, y + 1), bitmap.at(x - 1, y + 1),
                                  bitmap.at(x - 1, y), bitmap.at(x - 1, y - 1)};
      int neighbours = 0, rises = 0;
      for (int i = 0; i < 8; ++i) {
        neighbours += p[i];
        rises += !p[i] && p[(i + 1) % 8];
      }
      const bool first_side = second ? !(p[0] && p[2] && p[6]) : !(p[0] && p[2] && p[4]);
      const bool other_side = second ? !(p[0] && p[4] && p[6]) : !(p[2] && p[4] && p[6]);
      if (neighbours >= 2 && neighbours <= 6 && rises == 1 && first_side && other_side)
        removed.push_back(std::size_t(y) * bitmap.width + x);
    }
  for (const std::size_t pixel : removed) bitmap.pixels[pixel] = 0;
  return !removed.empty();
}

/// Each pixel's distance from what is no ink, in pixels: two passes of a chamfer with the steps 3
/// and 4 (Borgefors, 1986), here as 1 and 4/3.
std::vector<float> depth_in_ink(const Bitmap& ink) {
  std::vector<float> depth(ink.pixels.size());
  const auto at = [&](int x, int y) {
    return ink.at(x, y) ? depth[std::size_t(y) * ink.width + x] : 0;
  };
  const auto settle = [&](int x, int y, int dy) {
    if (!ink.at(x, y)) return;
    const float straight = std::min(at(x + dy, y), at(x, y + dy));
    const float slanting = std::min(at(x - 1, y + dy), at(x + 1, y + dy));
    float& here = depth[std::size_t(y) * ink.width + x];
    here = std::min(here, std::min(straight + 1, slanting + 4.0f / 3));
  };
  std::fill(depth.begin(), depth.end(), float(ink.width));
  for (int y = 0; y < ink.height; ++y)
    for (int x = 0; x < ink.width; ++x) settle(x, y, -1);
  for (int y = ink.height - 1; y >= 0; --y)
    for (int x = ink.width - 1; x >= 0; --x) settle(x, y, 1);
  return depth;
}

/// Where the middle of the brush goes: the strokes' middle lines, and the cores of blots (loops
/// that were filled with ink), which the pen's own width does not explain.
Bitmap brush_path(const Bitmap& ink) {
  Bitmap lines = ink;
  bool changing = true;
  while (changing) {
    changing = thin_once(lines, false);
    changing = thin_once(lines, true) || changing;
  }

  const std::vector<float> depth = depth_in_ink(ink);
  std::vector<float> depths;
  for (std::size_t i = 0; i < depth.size(); ++i)
    if (lines.pixels[i]) depths.push_back(depth[i]);
  if (depths.empty()) return lines;
  const auto median = depths.begin() + std::ptrdiff_t(depths.size() / 2);
  std::nth_element(depths.begin(), median, depths.end());
  for (std::size_t i = 0; i < depth.size(); ++i)
    if (ink.pixels[i] && depth[i] > 1.3f * *median) lines.pixels[i] = 1;
  return lines;
}

/// Moves the brush along `lines`.
GrayImage draw(const Bitmap& lines, const Redrawing& redrawing) {
  const int side = redrawing.canvas;
  GrayImage canvas{side, side, std::vector<std::uint8_t>(std::size_t(side) * side, 255)};
  const float step = redrawing.size * float(side) / float(lines.width);
  const float step_x = step * redrawing.squash_x, step_y = step * redrawing.squash_y;
  const float radius = redrawing.brush * redrawing.size / 2;
  for (int y = 0; y < lines.height; ++y)
    for (int x = 0; x < lines.width; ++x) {
      if (!lines.at(x, y)) continue;
      const float centre_x = redrawing.left + (float(x) + 0.5f) * step_x;
      const float centre_y = redrawing.top + (float(y) + 0.5f) * step_y;
      const int reach = static_cast<int>(radius) + 2;
      const int left = std::max(int(centre_x) - reach, 0), top = std::max(int(centre_y) - reach, 0);
      const int right = std::min(int(centre_x) + reach, side - 1);
      const int bottom = std::min(int(centre_y) + reach, side - 1);
      for (int py = top; py <= bottom; ++py)
        for (int px = left; px <= right; ++px) {
          const float dx = float(px) + 0.5f - centre_x, dy = float(py) + 0.5f - centre_y;
          const float distance = std::sqrt(dx * dx + dy * dy);
          const float ink = std::clamp(radius - distance + 0.5f, 0.0f, 1.0f);
          auto& level = canvas.pixels[std::size_t(py) * side + px];
          level = std::min(level, static_cast<std::uint8_t>(255 * (1 - ink) + 0.5f));
        }
    }
  return canvas;
}

}  // namespace

GrayImage redraw_with_brush(const GrayImage& digit, const Redrawing& redrawing) {
  return draw(brush_path(enlarged(digit)), redrawing);
}

std::vector<GrayImage> redraw_with_brush(const GrayImage& digit,
                                         const std::vector<Redrawing>& redrawings) {
  const Bitmap lines = brush_path(enlarged(digit));
  std::vector<GrayImage> drawings;
  for (const Redrawing& redrawing : redrawings) drawings.push_back(draw(lines, redrawing));
  return drawings;
}

}  // namespace numeral
