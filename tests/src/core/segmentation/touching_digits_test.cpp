#include "core/segmentation/touching_digits.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "core/ink.h"
#include "support/drawing.h"

namespace numeral {
namespace {

/// The ink of strokes in a unit square of 80 pixels, drawn with a pen of 8.
FloatImage ink_of(const test::Strokes& strokes) {
  test::Placement placement;
  placement.size = 80;
  placement.brush = 8;
  return find_ink(test::draw(strokes, placement))->values;
}

/// A circle of radius 0.4.
test::Stroke circle(float x) {
  test::Stroke points;
  for (int i = 0; i <= 32; ++i) {
    const float angle = float(i) * 2 * 3.14159f / 32;
    points.push_back({x + 0.4f * std::cos(angle), 0.5f + 0.4f * std::sin(angle)});
  }
  return points;
}

TEST_CASE("Paths lead from top to bottom, in order, and stay on the image", "[touching_digits]") {
  const FloatImage ink = ink_of({circle(0.4f), circle(1.2f), circle(2)});
  const std::vector<CutPath> cuts = find_cut_paths(ink);
  REQUIRE(cuts.size() > 2);
  for (std::size_t i = 0; i < cuts.size(); ++i) {
    REQUIRE(cuts[i].begin.size() == std::size_t(ink.height));
    REQUIRE(cuts[i].end.size() == std::size_t(ink.height));
    for (int y = 0; y < ink.height; ++y) {
      CHECK(cuts[i].begin[y] >= 0);
      CHECK(cuts[i].begin[y] <= cuts[i].end[y]);
      CHECK(cuts[i].end[y] <= ink.width);
      if (i > 0) CHECK(cuts[i].end[y] >= cuts[i - 1].begin[y]);
    }
  }
}

TEST_CASE("A path goes around strokes that lean", "[touching_digits]") {
  // Two strokes that lean to the right and overlap horizontally, joined at one place.
  const FloatImage ink =
      ink_of({{{0, 1}, {0.2f, 0}}, {{0.25f, 1}, {0.45f, 0}}, {{0.1f, 0.5f}, {0.35f, 0.5f}}});
  const std::vector<CutPath> cuts = find_cut_paths(ink);
  REQUIRE_FALSE(cuts.empty());
  const CutPath& best = *std::ranges::min_element(cuts, {}, &CutPath::ink);
  CHECK(best.ink < 0.2f * float(ink.height));
  CHECK(best.begin.front() > best.begin.back());
}

TEST_CASE("A blot has no paths", "[touching_digits]") {
  // A short line of a wide pen.
  test::Placement placement;
  placement.size = 10;
  placement.brush = 20;
  const FloatImage ink = find_ink(test::draw({{{0, 0}, {1, 0.5f}}}, placement))->values;
  CHECK(find_cut_paths(ink).empty());
}

TEST_CASE("What is narrow or solid has no paths", "[touching_digits]") {
  CHECK(find_cut_paths({1, 1, {1}}).empty());
  CHECK(find_cut_paths({3, 100, std::vector<float>(300, 1)}).empty());
}

}  // namespace
}  // namespace numeral
