#include "train/evaluation/skeleton_redraw.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cmath>

#include "support/drawn_dataset.h"

namespace numeral {
namespace {

/// The bounding box of the ink; right and bottom are exclusive.
struct Extent {
  int left = 1 << 20, top = 1 << 20, right = 0, bottom = 0;

  int width() const { return right - left; }
  int height() const { return bottom - top; }
};

Extent extent_of(const GrayImage& image) {
  Extent extent;
  for (int y = 0; y < image.height; ++y)
    for (int x = 0; x < image.width; ++x) {
      if (image.at(x, y) > 127) continue;
      extent.left = std::min(extent.left, x);
      extent.top = std::min(extent.top, y);
      extent.right = std::max(extent.right, x + 1);
      extent.bottom = std::max(extent.bottom, y + 1);
    }
  return extent;
}

/// A 0: it has no ends that thinning shortens and no corners that a brush rounds.
GrayImage zero() { return test::drawn_dataset(1).image(0); }

TEST_CASE("The brush has the width it is given and shrinks with the digit") {
  Redrawing redrawing;
  redrawing.brush = 30;
  const Extent thick = extent_of(redraw_with_brush(zero(), redrawing));
  redrawing.brush = 10;
  const Extent thin = extent_of(redraw_with_brush(zero(), redrawing));
  CHECK(std::abs(thick.width() - thin.width() - 20) <= 1);
  CHECK(std::abs(thick.height() - thin.height() - 20) <= 1);
  redrawing.size = 0.5f;
  const Extent small = extent_of(redraw_with_brush(zero(), redrawing));
  CHECK(std::abs(small.width() * 2 - thin.width()) <= 2);
}

TEST_CASE("Squashing moves the strokes together and leaves the brush as it is") {
  Redrawing redrawing;
  redrawing.brush = 10;
  const Extent whole = extent_of(redraw_with_brush(zero(), redrawing));
  redrawing.squash_x = 0.5f;
  const Extent narrow = extent_of(redraw_with_brush(zero(), redrawing));
  CHECK(std::abs((narrow.width() - 10) * 2 - (whole.width() - 10)) <= 2);
  CHECK(narrow.height() == whole.height());
  redrawing.squash_x = 1;
  redrawing.squash_y = 1.0f / 3;
  const Extent low = extent_of(redraw_with_brush(zero(), redrawing));
  CHECK(std::abs((low.height() - 10) * 3 - (whole.height() - 10)) <= 3);
  CHECK(low.width() == whole.width());
}

TEST_CASE("A digit stands where it is put") {
  Redrawing redrawing;
  redrawing.size = 0.5f;
  const Extent first = extent_of(redraw_with_brush(zero(), redrawing));
  redrawing.left = 100;
  redrawing.top = 40;
  const Extent moved = extent_of(redraw_with_brush(zero(), redrawing));
  CHECK(moved.left - first.left == 100);
  CHECK(moved.top - first.top == 40);
}

TEST_CASE("A line stays in the middle of its picture") {
  const bool is_upright = GENERATE(true, false);
  GrayImage digit{28, 28, std::vector<std::uint8_t>(std::size_t(28) * 28)};
  for (int along = 5; along < 23; ++along)
    for (const int across : {13, 14})
      digit.pixels[std::size_t(is_upright ? along * 28 + across : across * 28 + along)] = 255;
  Redrawing redrawing;
  redrawing.canvas = 1120;  // 10 for each pixel of the enlarged picture
  redrawing.brush = 100;
  const Extent extent = extent_of(redraw_with_brush(digit, redrawing));
  // The skeleton of a line of even width lies half a pixel off its middle.
  const int middle_twice = is_upright ? extent.left + extent.right : extent.top + extent.bottom;
  CAPTURE(is_upright, extent.left, extent.right, extent.top, extent.bottom);
  CHECK(std::abs(std::abs(middle_twice - 1120) - 10) <= 2);
}

TEST_CASE("A blot stays filled, and half the brush is drawn around its core") {
  const bool is_upright = GENERATE(false, true);
  // A stroke 4 pixels wide that ends in a disc with a radius of 6.
  GrayImage digit{28, 28, std::vector<std::uint8_t>(std::size_t(28) * 28)};
  for (int along = 4; along < 25; ++along)
    for (int across = 8; across < 20; ++across) {
      const float from_middle = float(along) + 0.5f - 10, from_axis = float(across) + 0.5f - 14;
      const bool in_stroke = from_middle > 0 && std::abs(from_axis) < 2;
      if (in_stroke || std::hypot(from_middle, from_axis) < 6)
        digit.pixels[std::size_t(is_upright ? along * 28 + across : across * 28 + along)] = 255;
    }
  Redrawing redrawing;
  redrawing.brush = 10;
  const GrayImage drawn = redraw_with_brush(digit, redrawing);
  const auto reach = [&](int along, int across) {
    int steps = 0;
    const auto level = [&] {
      const int x = 100 + steps * along, y = 140 + steps * across;
      return is_upright ? drawn.at(y, x) : drawn.at(x, y);
    };
    while (level() < 128) ++steps;
    return steps * std::hypot(along, across);
  };
  // The core is deeper than 1.3 times the skeleton, which is 20 canvas pixels deep. Half the brush
  // is drawn around it.
  const double expected = 60 - 1.3 * 20 + 5;
  CAPTURE(is_upright);
  CHECK(std::abs(reach(-1, 0) - expected) <= 2);
  CHECK(std::abs(reach(0, -1) - expected) <= 2);
  CHECK(std::abs(reach(0, 1) - expected) <= 2);
  CHECK(std::abs(reach(-1, -1) - expected) <= 3);
  CHECK(std::abs(reach(-1, 1) - expected) <= 3);
}

}  // namespace
}  // namespace numeral
