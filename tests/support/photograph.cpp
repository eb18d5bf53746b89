#include "support/photograph.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

namespace numeral::test {
namespace {

/// What is on the paper at a place: the shares of its surface that ink and lines cover.
class Paper {
 public:
  Paper(const Strokes& strokes, const Photograph& how) : how_(how) {
    for (const Stroke& stroke : strokes)
      for (std::size_t i = 0; i < stroke.size(); ++i)
        segments_.push_back({placed(stroke[i > 0 ? i - 1 : 0]), placed(stroke[i])});
  }

  /// The level at a place, in shares of the width from the paper's middle.
  float level(Point p) const {
    float level = how_.paper;
    if (how_.ruled > 0) {
      float line = line_at(p.y);
      if (how_.squared) line = std::max(line, line_at(p.x));
      level += (how_.line - how_.paper) * line;
    }
    return level + (how_.ink - level) * ink_at(p);
  }

 private:
  struct Segment {
    Point from, to;
  };

  Point placed(Point p) const { return {(p.x - 0.5f) * how_.size, (p.y - 0.5f) * how_.size}; }

  float pixel() const { return 1 / float(how_.width); }

  float covered(float distance, float width) const {
    return std::clamp((width / 2 - distance) / pixel() + 0.5f, 0.0f, 1.0f);
  }

  float line_at(float position) const {
    const float from_line = std::abs(std::remainder(position + 0.3f * how_.ruled, how_.ruled));
    return covered(from_line, how_.line_width);
  }

  float ink_at(Point p) const {
    float nearest = 1;
    const float reach = how_.pen / 2 + pixel();
    for (const auto& [a, b] : segments_) {
      if (p.x < std::min(a.x, b.x) - reach || p.x > std::max(a.x, b.x) + reach) continue;
      if (p.y < std::min(a.y, b.y) - reach || p.y > std::max(a.y, b.y) + reach) continue;
      const float dx = b.x - a.x, dy = b.y - a.y, length = dx * dx + dy * dy;
      const float along = length > 0 ? ((p.x - a.x) * dx + (p.y - a.y) * dy) / length : 0;
      const float t = std::clamp(along, 0.0f, 1.0f);
      nearest = std::min(nearest, std::hypot(p.x - a.x - t * dx, p.y - a.y - t * dy));
    }
    return covered(nearest, how_.pen);
  }

  Photograph how_;
  std::vector<Segment> segments_;
};

std::vector<float> blurred(const std::vector<float>& levels, const Photograph& how) {
  const int reach = static_cast<int>(std::ceil(2 * how.blur));
  std::vector<float> weights;
  for (int k = -reach; k <= reach; ++k)
    weights.push_back(std::exp(-float(k * k) / (2 * how.blur * how.blur)));
  const auto along = [&](const std::vector<float>& from, bool vertical) {
    std::vector<float> to(from.size());
    for (int y = 0; y < how.height; ++y)
      for (int x = 0; x < how.width; ++x) {
        float sum = 0, total = 0;
        for (int k = -reach; k <= reach; ++k) {
          const int u = std::clamp(vertical ? x : x + k, 0, how.width - 1);
          const int v = std::clamp(vertical ? y + k : y, 0, how.height - 1);
          sum += weights[k + reach] * from[std::size_t(v) * how.width + u];
          total += weights[k + reach];
        }
        to[std::size_t(y) * how.width + x] = sum / total;
      }
    return to;
  };
  return along(along(levels, false), true);
}

}  // namespace

GrayImage photograph(const Strokes& strokes, const Photograph& how) {
  const Paper paper(strokes, how);
  std::mt19937 random(how.seed);
  std::uniform_real_distribution<float> place(-0.3f, 0.3f);
  const float shadow_at = place(random), shadow_slope = 2 * place(random);
  const float glare_x = place(random), glare_y = place(random);
  const float turn = how.turn * std::numbers::pi_v<float> / 180;
  const float aspect = float(how.height) / float(how.width);

  std::vector<float> levels;
  for (int y = 0; y < how.height; ++y)
    for (int x = 0; x < how.width; ++x) {
      // From the picture's middle, in shares of its width.
      const float u = (float(x) + 0.5f) / float(how.width) - 0.5f;
      const float v = (float(y) + 0.5f) / float(how.width) - aspect / 2;
      const float far = 1 / (1 + how.tilt * v / aspect);
      const Point p{(u * std::cos(turn) + v * std::sin(turn)) * far,
                    (v * std::cos(turn) - u * std::sin(turn)) * far};
      float light = 1 - how.shade * ((u + 0.5f) + (v / aspect + 0.5f)) / 2;
      // The edge of a shadow is as soft as a lamp is large.
      const float in_shadow = (u - shadow_at - shadow_slope * v) / how.shadow_edge + 0.5f;
      light *= 1 - how.shadow * std::clamp(in_shadow, 0.0f, 1.0f);
      const float level = paper.level(p) * light;
      const float from_glare = std::hypot(u - glare_x, v - glare_y) / std::max(how.glare, 1e-6f);
      levels.push_back(level + (1 - level) * std::clamp(3 * (1 - from_glare), 0.0f, 1.0f));
    }
  if (how.blur > 0) levels = blurred(levels, how);

  GrayImage image{how.width, how.height, {}};
  std::normal_distribution<float> grain(0, std::max(how.noise, 1e-6f));
  for (const float level : levels)
    image.pixels.push_back(
        static_cast<std::uint8_t>(std::clamp(std::lround(255 * level + grain(random)), 0L, 255L)));
  return image;
}

}  // namespace numeral::test
