#include "ruled_lines.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cmath>

namespace numeral {
namespace {

FloatImage blank(int width, int height) {
  return {width, height, std::vector<float>(std::size_t(width) * height)};
}

/// Draws a straight line of a thickness in pixels, across the whole picture.
void rule(FloatImage& ink, float middle, float slope, float thickness, float level,
          bool upright = false) {
  const int length = upright ? ink.height : ink.width;
  const int across = upright ? ink.width : ink.height;
  for (int along = 0; along < length; ++along)
    for (int place = 0; place < across; ++place) {
      const float line = middle + slope * (float(along) - float(length) / 2);
      if (std::abs(float(place) + 0.5f - line) > thickness / 2) continue;
      const int x = upright ? place : along, y = upright ? along : place;
      float& value = ink.pixels[std::size_t(y) * ink.width + x];
      value = std::max(value, level);
    }
}

void fill(FloatImage& ink, Box box, float level) {
  for (int y = box.top; y < box.bottom; ++y)
    for (int x = box.left; x < box.right; ++x) ink.pixels[std::size_t(y) * ink.width + x] = level;
}

float total(const FloatImage& ink) {
  float sum = 0;
  for (const float value : ink.pixels) sum += value;
  return sum;
}

TEST_CASE("Lines of ruled and squared paper are taken away", "[ruled_lines]") {
  const float slope = GENERATE(-0.15f, 0.0f, 0.08f);
  const bool squared = GENERATE(false, true);
  FloatImage ink = blank(400, 300);
  for (float at = -60; at < 360; at += 30) rule(ink, at, slope, 2, 0.3f);
  if (squared)
    for (float at = -60; at < 460; at += 30) rule(ink, at, -slope, 2, 0.3f, true);
  const float before = total(ink);
  CHECK(remove_ruled_lines(ink) >= 2);
  CHECK(total(ink) < 0.03f * before);
}

TEST_CASE("Strokes across lines stay whole", "[ruled_lines]") {
  const float level = GENERATE(0.3f, 0.9f);  // paler than the strokes, or as dark
  FloatImage lines = blank(400, 300);
  for (float at = 20; at < 300; at += 40) rule(lines, at, 0.05f, 2, level);
  FloatImage ink = lines;
  FloatImage strokes = blank(400, 300);
  for (FloatImage* image : {&ink, &strokes}) {
    fill(*image, {190, 50, 198, 250}, 0.9f);
    fill(*image, {190, 142, 260, 150}, 0.9f);
  }
  remove_ruled_lines(ink);
  float missing = 0, left = 0;
  for (std::size_t i = 0; i < ink.pixels.size(); ++i) {
    if (strokes.pixels[i] > 0)
      missing += strokes.pixels[i] - ink.pixels[i];
    else
      left += ink.pixels[i];
  }
  CHECK(missing == 0);
  CHECK(left < 0.05f * total(lines));
}

TEST_CASE("Without lines nothing is taken away", "[ruled_lines]") {
  FloatImage ink = blank(400, 300);
  CHECK(remove_ruled_lines(ink) == 0);
  // The bars of a 7 and an upright 1: straight and thin, but no lines from edge to edge.
  fill(ink, {60, 40, 330, 46}, 0.9f);
  fill(ink, {200, 20, 206, 280}, 0.9f);
  const FloatImage before = ink;
  CHECK(remove_ruled_lines(ink) == 0);
  CHECK(ink.pixels == before.pixels);
}

}  // namespace
}  // namespace numeral
