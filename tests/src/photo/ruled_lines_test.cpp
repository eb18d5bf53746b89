#include "photo/ruled_lines.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cmath>

namespace numeral {
namespace {

FloatImage blank(int width, int height) {
  return {width, height, std::vector<float>(std::size_t(width) * height)};
}

/// Draws a straight line across the whole image; `thickness` is in pixels.
void rule(FloatImage& ink, float middle, float slope, float thickness, float level,
          bool vertical = false) {
  const int length = vertical ? ink.height : ink.width;
  const int across = vertical ? ink.width : ink.height;
  for (int along = 0; along < length; ++along)
    for (int place = 0; place < across; ++place) {
      const float line = middle + slope * (float(along) - float(length) / 2);
      if (std::abs(float(place) + 0.5f - line) > thickness / 2) continue;
      const int x = vertical ? place : along, y = vertical ? along : place;
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

TEST_CASE("Lines of ruled and squared paper are removed", "[ruled_lines]") {
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

TEST_CASE("Thick lines are removed: up to 2 % of the shorter side", "[ruled_lines]") {
  const bool vertical = GENERATE(false, true);
  const auto left_of = [&](float thickness) {
    FloatImage ink = blank(400, 300);
    for (float at = 20; at < 400; at += 40) rule(ink, at, 0.03f, thickness, 0.5f, vertical);
    const float before = total(ink);
    remove_ruled_lines(ink);
    return total(ink) / before;
  };
  CHECK(left_of(5.5f) < 0.05f);
  CHECK(left_of(9) > 0.95f);
}

TEST_CASE("Stems in a strip are no lines", "[ruled_lines]") {
  // As 1s, 4s and 7s have them, cut out close.
  FloatImage ink = blank(800, 80);
  for (int x = 40; x < 780; x += 60) fill(ink, {x, 8, x + 6, 72}, 0.9f);
  const FloatImage before = ink;
  remove_ruled_lines(ink);
  CHECK(ink.pixels == before.pixels);
}

TEST_CASE("Without lines nothing is removed", "[ruled_lines]") {
  FloatImage ink = blank(400, 300);
  CHECK(remove_ruled_lines(ink) == 0);
  // The bars of a 7 and a 1: straight and thin, but not from edge to edge.
  fill(ink, {60, 40, 330, 46}, 0.9f);
  fill(ink, {200, 20, 206, 280}, 0.9f);
  const FloatImage before = ink;
  CHECK(remove_ruled_lines(ink) == 0);
  CHECK(ink.pixels == before.pixels);
}

/// An image with lines at these heights, each 2 pixels thick and of level 0.3.
FloatImage ruled(const std::vector<float>& heights, float slope = 0) {
  FloatImage ink = blank(400, 300);
  for (const float height : heights) rule(ink, height, slope, 2, 0.3f);
  return ink;
}

/// The sum of the ink that remove_ruled_lines leaves.
float left_of(FloatImage ink) {
  remove_ruled_lines(ink);
  return total(ink);
}

/// Whether it leaves all ink.
bool stays(const FloatImage& ink) { return left_of(ink) == total(ink); }

TEST_CASE("A single line must reach from edge to edge", "[ruled_lines]") {
  FloatImage ink = ruled({150});
  CHECK(remove_ruled_lines(ink) == 3);
  CHECK(total(ink) == 0);
  ink = ruled({150});
  fill(ink, {200, 0, 206, 300}, 0);
  CHECK(left_of(ink) == 0);
  fill(ink, {200, 0, 220, 300}, 0);
  CHECK(stays(ink));
}

TEST_CASE("A single line may be crossed by strokes", "[ruled_lines]") {
  // As a fold of the paper that runs through a digit.
  for (const auto& [width, is_line] : {std::pair{6, true}, {10, true}, {25, false}}) {
    FloatImage ink = ruled({150});
    for (int x = 100; x < 250; x += 50) fill(ink, {x, 100, x + width, 158}, 0.9f);
    const float strokes = 3.0f * float(width) * 58 * 0.9f;
    CHECK((left_of(ink) < strokes + 10) == is_line);
  }
  // One of two thirds of the width is not relied on.
  FloatImage ink = ruled({20}, 0.2f);
  fill(ink, {330, 0, 350, 60}, 0.9f);
  CHECK(stays(ink));
}

TEST_CASE("Parallel lines have a coverage of at least half", "[ruled_lines]") {
  FloatImage ink = ruled({100, 200});
  fill(ink, {220, 0, 400, 300}, 0);
  CHECK(left_of(ink) == 0);
  fill(ink, {180, 0, 400, 300}, 0);
  CHECK(stays(ink));
}

TEST_CASE("A line beside others may be mostly written over", "[ruled_lines]") {
  FloatImage ink = ruled({50, 100, 150, 200, 250});
  fill(ink, {136, 140, 400, 160}, 0);
  CHECK(left_of(ink) == 0);
  ink = ruled({50, 100, 150, 200, 250});
  fill(ink, {100, 140, 400, 160}, 0);
  CHECK(left_of(ink) > 0);
}

TEST_CASE("A partly covered line must be parallel to its neighbours", "[ruled_lines]") {
  const auto with_slanted = [](float slope) {
    FloatImage ink = ruled({150}, slope);
    fill(ink, {0, 0, 120, 300}, 0);
    fill(ink, {280, 0, 400, 300}, 0);
    for (const float height : {50.0f, 250.0f}) rule(ink, height, 0, 2, 0.3f);
    return ink;
  };
  CHECK(left_of(with_slanted(0.013f)) == 0);
  // The stroke is 160 pixels long.
  CHECK(left_of(with_slanted(0.1f)) > 0.3f * 2 * 155);
}

TEST_CASE("The neighbour of a line is the nearest, above or below", "[ruled_lines]") {
  const bool is_below = GENERATE(true, false);
  FloatImage ink = ruled({150}, 0.1f);
  fill(ink, {0, 0, 120, 300}, 0);
  fill(ink, {280, 0, 400, 300}, 0);
  rule(ink, is_below ? 190 : 110, 0.1f, 2, 0.3f);
  rule(ink, is_below ? 20 : 280, 0, 2, 0.3f);
  CHECK(left_of(ink) == 0);
}

TEST_CASE("Lines across corners are lines only beside others", "[ruled_lines]") {
  // Their length is 0.4 of the width, then 0.6.
  CHECK(stays(ruled({-8, 308}, 0.2f)));
  CHECK(left_of(ruled({8, 292}, 0.2f)) < 2);
  // An eighth, beside others.
  CHECK(left_of(ruled({100, 200, 330}, 0.2f)) < 2);
}

TEST_CASE("Lines are horizontal or vertical to within 12 degrees", "[ruled_lines]") {
  const float slope = GENERATE(-1.0f, 1.0f);
  CHECK(left_of(ruled({100, 200}, slope * 0.2f)) == 0);
  CHECK(stays(ruled({100, 200}, slope * 0.25f)));
}

TEST_CASE("Lines are at most 2 % of the image's shorter side thick", "[ruled_lines]") {
  for (const auto& [thickness, is_line] : {std::pair{6.0f, true}, {7.0f, false}}) {
    FloatImage ink = blank(400, 300);
    for (const float height : {100.0f, 200.0f}) rule(ink, height + thickness / 2, 0, thickness, 1);
    CHECK((left_of(ink) == 0) == is_line);
  }
  // In small images, 3 pixels.
  for (const auto& [thickness, is_line] : {std::pair{3.0f, true}, {4.0f, false}}) {
    FloatImage ink = blank(120, 100);
    for (const float height : {30.0f, 70.0f}) rule(ink, height + thickness / 2, 0, thickness, 1);
    CHECK((left_of(ink) == 0) == is_line);
  }
}

TEST_CASE("Lines may be 8 pixels apart", "[ruled_lines]") {
  CHECK(left_of(ruled({100, 108, 116, 124, 132, 140})) == 0);
}

TEST_CASE("Lines on paper that is not quite flat are removed", "[ruled_lines]") {
  const auto wavy = [](float height) {
    FloatImage ink = blank(400, 300);
    for (const int line : {100, 200})
      for (int x = 0; x < 400; ++x) {
        const int y = line + static_cast<int>(std::lround(height * std::sin(float(x) / 15)));
        ink.pixels[std::size_t(y) * 400 + x] = 0.3f;
      }
    return ink;
  };
  CHECK(left_of(wavy(2)) == 0);
  CHECK(left_of(wavy(5)) > 0);
}

TEST_CASE("Ink darker than a line by 1.6, or thicker by half, is a stroke", "[ruled_lines]") {
  const auto with_stroke = [](Box box, float level) {
    FloatImage ink = ruled({100, 150, 200});
    fill(ink, box, level);
    return ink;
  };
  CHECK(left_of(with_stroke({150, 149, 250, 151}, 0.45f)) == 0);
  CHECK(left_of(with_stroke({150, 149, 250, 151}, 0.5f)) > 0);
  CHECK(left_of(with_stroke({150, 149, 250, 152}, 0.3f)) == 0);
  CHECK(left_of(with_stroke({150, 149, 250, 153}, 0.3f)) > 0);
}

}  // namespace
}  // namespace numeral
