#include "train/augmentation/stroke_effects.h"

#include <algorithm>
#include <cmath>

#include "train/augmentation/rasterizer.h"

namespace numeral {
namespace {

constexpr std::uint8_t kMinInk = 128;

/// The shares of drawings that get each effect.
constexpr float kBrokenShare = 0.04f;
constexpr float kDottedShare = 0.02f;
constexpr float kReducedShare = 0.1f;

/// Pixels of a drawing that become one. A digit is about 46 to 56 pixels high.
constexpr float kMinCell = 2.3f;
constexpr float kMaxCell = 4.5f;

/// The middles of the pixels with ink.
std::vector<Point> ink_of(const GrayImage& image) {
  std::vector<Point> points;
  for (int y = 0; y < image.height; ++y)
    for (int x = 0; x < image.width; ++x)
      if (image.at(x, y) >= kMinInk) points.push_back({float(x) + 0.5f, float(y) + 0.5f});
  return points;
}

/// Takes `candidates` in turn, except those nearer than `distance` to one already taken.
std::vector<Point> spread_out(const std::vector<Point>& candidates, float distance) {
  std::vector<Point> chosen;
  for (const Point candidate : candidates) {
    const bool is_free = std::none_of(chosen.begin(), chosen.end(), [&](Point other) {
      return std::hypot(candidate.x - other.x, candidate.y - other.y) < distance;
    });
    if (is_free) chosen.push_back(candidate);
  }
  return chosen;
}

}  // namespace

void turn_into_dots(GrayImage& digit, Random& random) {
  std::vector<Point> ink = ink_of(digit);
  random.shuffle(ink);
  const float distance = random.uniform(3, 5.5f);
  const float width = distance * random.uniform(0.45f, 0.8f);
  digit = black_image(digit.width, digit.height);
  for (const Point dot : spread_out(ink, distance)) draw_line(digit, {dot}, width);
}

void break_strokes(GrayImage& digit, Random& random) {
  const std::vector<Point> ink = ink_of(digit);
  if (ink.empty()) return;
  GrayImage gaps = black_image(digit.width, digit.height);
  const int count = 1 + random.below(3);
  for (int i = 0; i < count; ++i) {
    const Point middle = ink[random.below(static_cast<int>(ink.size()))];
    // NOLINTNEXTLINE(modernize-use-std-numbers): another value would give other training pictures.
    const float angle = random.uniform(0, 3.14159f), reach = random.uniform(3, 6);
    const float dx = std::cos(angle) * reach, dy = std::sin(angle) * reach;
    draw_line(gaps, {{middle.x - dx, middle.y - dy}, {middle.x + dx, middle.y + dy}},
              random.uniform(1.5f, 4));
  }
  for (std::size_t i = 0; i < digit.pixels.size(); ++i)
    digit.pixels[i] = std::min<std::uint8_t>(digit.pixels[i], 255 - gaps.pixels[i]);
}

void reduce_resolution(GrayImage& digit, float cell, Random& random) {
  const int width = static_cast<int>(float(digit.width) / cell);
  const int height = static_cast<int>(float(digit.height) / cell);
  const float threshold = random.uniform(0.25f, 0.6f) * 255;
  GrayImage reduced = black_image(width, height);
  for (int row = 0; row < height; ++row)
    for (int column = 0; column < width; ++column) {
      float sum = 0, count = 0;
      for (int y = static_cast<int>(float(row) * cell); y < static_cast<int>(float(row + 1) * cell);
           ++y)
        for (int x = static_cast<int>(float(column) * cell);
             x < static_cast<int>(float(column + 1) * cell); ++x) {
          sum += digit.at(x, y);
          ++count;
        }
      if (sum > threshold * count) reduced.pixels[std::size_t(row) * width + column] = 255;
    }
  digit = reduced;
}

void add_stroke_effects(GrayImage& digit, Random& random) {
  if (random.chance(kBrokenShare)) break_strokes(digit, random);
  if (random.chance(kDottedShare)) turn_into_dots(digit, random);
  if (random.chance(kReducedShare))
    reduce_resolution(digit, random.uniform(kMinCell, kMaxCell), random);
}

void slash(GrayImage& digit, Random& random) {
  const std::vector<Point> ink = ink_of(digit);
  if (ink.empty()) return;
  const auto by_x = [](Point a, Point b) { return a.x < b.x; };
  const auto by_y = [](Point a, Point b) { return a.y < b.y; };
  const auto [left, right] = std::minmax_element(ink.begin(), ink.end(), by_x);
  const auto [top, bottom] = std::minmax_element(ink.begin(), ink.end(), by_y);
  const float width = right->x - left->x, height = bottom->y - top->y;
  // Its ends lie inside the loop or beyond it.
  const float x_in = width * random.uniform(-0.15f, 0.3f),
              y_in = height * random.uniform(-0.1f, 0.3f);
  draw_line(digit, {{left->x + x_in, bottom->y - y_in}, {right->x - x_in, top->y + y_in}},
            std::max(width, height) * random.uniform(0.06f, 0.13f));
}

}  // namespace numeral
