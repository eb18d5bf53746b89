#include "train/evaluation/skeleton_redraw.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "train/augmentation/bilinear.h"

namespace numeral {
namespace {

/// The digit is enlarged by this factor before it is thinned.
constexpr int kScale = 4;

/// A black and white picture; outside it, all is 0.
struct Bitmap {
  int width = 0, height = 0;
  std::vector<std::uint8_t> pixels;  ///< 0 or 1

  bool at(int x, int y) const {
    return x >= 0 && y >= 0 && x < width && y < height && pixels[std::size_t(y) * width + x];
  }
};

/// Local contrast: each pixel minus the middle of the range of its 5x5 neighbourhood. Positive on
/// strokes, also on faint ones; negative beside them, also in narrow loops.
std::vector<float> local_contrast(const GrayImage& digit) {
  constexpr int kReach = 2;
  std::vector<float> contrast;
  for (int y = 0; y < digit.height; ++y)
    for (int x = 0; x < digit.width; ++x) {
      int low = 255, high = 0;
      for (int v = std::max(0, y - kReach); v <= std::min(digit.height - 1, y + kReach); ++v)
        for (int u = std::max(0, x - kReach); u <= std::min(digit.width - 1, x + kReach); ++u) {
          low = std::min<int>(low, digit.at(u, v));
          high = std::max<int>(high, digit.at(u, v));
        }
      contrast.push_back(float(digit.at(x, y)) - std::clamp(float(low + high) / 2, 32.0f, 223.0f));
    }
  return contrast;
}

/// The digit's strokes, enlarged by bilinear interpolation.
Bitmap enlarged(const GrayImage& digit) {
  const std::vector<float> contrast = local_contrast(digit);
  Bitmap result{digit.width * kScale, digit.height * kScale, {}};
  const auto value = [&](int x, int y) -> float {
    const bool is_inside = x >= 0 && y >= 0 && x < digit.width && y < digit.height;
    return is_inside ? contrast[std::size_t(y) * digit.width + x] : -64;
  };
  for (int y = 0; y < result.height; ++y)
    for (int x = 0; x < result.width; ++x) {
      const float level =
          bilinear((float(x) + 0.5f) / kScale - 0.5f, (float(y) + 0.5f) / kScale - 0.5f, value);
      result.pixels.push_back(level > 0);
    }
  return result;
}

/// One of the two passes of Zhang and Suen. Returns whether it removed a pixel.
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

/// The distance transform: from each pixel of ink to the nearest pixel without, in pixels. A
/// chamfer with steps of 1 and 4/3, in two passes (Borgefors, "Distance transformations in digital
/// images", 1986).
std::vector<float> distance_transform(const Bitmap& ink) {
  std::vector<float> depth(ink.pixels.size());
  const auto at = [&](int x, int y) {
    return ink.at(x, y) ? depth[std::size_t(y) * ink.width + x] : 0;
  };
  const auto relax = [&](int x, int y, int dy) {
    if (!ink.at(x, y)) return;
    const float straight = std::min(at(x + dy, y), at(x, y + dy));
    const float diagonal = std::min(at(x - 1, y + dy), at(x + 1, y + dy));
    float& here = depth[std::size_t(y) * ink.width + x];
    here = std::min({here, straight + 1, diagonal + 4.0f / 3});
  };
  std::fill(depth.begin(), depth.end(), float(ink.width));
  for (int y = 0; y < ink.height; ++y)
    for (int x = 0; x < ink.width; ++x) relax(x, y, -1);
  for (int y = ink.height - 1; y >= 0; --y)
    for (int x = ink.width - 1; x >= 0; --x) relax(x, y, 1);
  return depth;
}

/// The middle lines of the strokes, one pixel wide.
Bitmap skeleton(const Bitmap& ink) {
  Bitmap lines = ink;
  bool is_changing = true;
  while (is_changing) {
    is_changing = thin_once(lines, false);
    is_changing = thin_once(lines, true) || is_changing;
  }
  return lines;
}

/// Where the middle of the brush goes: the skeleton, and the cores of blots (loops filled with
/// ink), which are deeper than the pen is wide.
Bitmap brush_path(const Bitmap& ink) {
  Bitmap path = skeleton(ink);
  const std::vector<float> depth = distance_transform(ink);
  std::vector<float> depths;
  for (std::size_t i = 0; i < depth.size(); ++i)
    if (path.pixels[i]) depths.push_back(depth[i]);
  if (depths.empty()) return path;
  const auto median = depths.begin() + std::ptrdiff_t(depths.size() / 2);
  std::nth_element(depths.begin(), median, depths.end());
  for (std::size_t i = 0; i < depth.size(); ++i)
    if (ink.pixels[i] && depth[i] > 1.3f * *median) path.pixels[i] = 1;
  return path;
}

/// Draws a dot of the brush at each pixel of `path`.
GrayImage draw(const Bitmap& path, const Redrawing& redrawing) {
  const int side = redrawing.canvas;
  GrayImage canvas{side, side, std::vector<std::uint8_t>(std::size_t(side) * side, 255)};
  const float step = redrawing.size * float(side) / float(path.width);
  const float step_x = step * redrawing.squash_x, step_y = step * redrawing.squash_y;
  const float radius = redrawing.brush * redrawing.size / 2;
  for (int y = 0; y < path.height; ++y)
    for (int x = 0; x < path.width; ++x) {
      if (!path.at(x, y)) continue;
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
          level = std::min(level, static_cast<std::uint8_t>(std::lround(255 * (1 - ink))));
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
  const Bitmap path = brush_path(enlarged(digit));
  std::vector<GrayImage> drawings;
  drawings.reserve(redrawings.size());
  for (const Redrawing& redrawing : redrawings) drawings.push_back(draw(path, redrawing));
  return drawings;
}

}  // namespace numeral
