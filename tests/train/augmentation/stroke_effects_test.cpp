#include "train/augmentation/stroke_effects.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <queue>

#include "train/augmentation/rasterizer.h"

namespace numeral {
namespace {

/// A ring, as a 0 on the canvas of 72 pixels.
GrayImage zero() {
  GrayImage image = black_image(72, 72);
  draw_line(
      image,
      {{36, 14}, {48, 22}, {50, 36}, {48, 50}, {36, 58}, {24, 50}, {22, 36}, {24, 22}, {36, 14}},
      5);
  return image;
}

bool is_ink(const GrayImage& image, int x, int y) { return image.at(x, y) >= 128; }

/// The number of 4-connected components of the pixels where `is_wanted` holds.
template <class Wanted>
int areas(const GrayImage& image, Wanted is_wanted) {
  std::vector<bool> seen(image.pixels.size());
  int count = 0;
  for (int start = 0; start < static_cast<int>(image.pixels.size()); ++start) {
    if (seen[start] || !is_wanted(start % image.width, start / image.width)) continue;
    ++count;
    std::queue<int> open({start});
    seen[start] = true;
    while (!open.empty()) {
      const int x = open.front() % image.width, y = open.front() / image.width;
      open.pop();
      for (const auto& [dx, dy] : {std::pair{1, 0}, {-1, 0}, {0, 1}, {0, -1}}) {
        const int nx = x + dx, ny = y + dy;
        if (nx < 0 || ny < 0 || nx >= image.width || ny >= image.height) continue;
        const int next = ny * image.width + nx;
        if (seen[next] || !is_wanted(nx, ny)) continue;
        seen[next] = true;
        open.push(next);
      }
    }
  }
  return count;
}

int strokes(const GrayImage& image) {
  return areas(image, [&](int x, int y) { return is_ink(image, x, y); });
}

int papers(const GrayImage& image) {
  return areas(image, [&](int x, int y) { return !is_ink(image, x, y); });
}

/// The pixels of ink in `image` that are further than `reach` from the ink of `original`.
int ink_off(const GrayImage& original, const GrayImage& image, int reach) {
  GrayImage near = black_image(original.width, original.height);
  for (int y = 0; y < original.height; ++y)
    for (int x = 0; x < original.width; ++x)
      if (is_ink(original, x, y))
        draw_line(near, {{float(x) + 0.5f, float(y) + 0.5f}}, 2 * float(reach) + 1);
  int count = 0;
  for (int y = 0; y < image.height; ++y)
    for (int x = 0; x < image.width; ++x) count += is_ink(image, x, y) && !is_ink(near, x, y);
  return count;
}

TEST_CASE("The ring is one stroke with paper inside and outside") {
  CHECK(strokes(zero()) == 1);
  CHECK(papers(zero()) == 2);
}

TEST_CASE("Dots lie apart, on the digit's ink") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Random random(seed);
    GrayImage image = zero();
    turn_into_dots(image, random);
    CAPTURE(seed);
    CHECK(strokes(image) >= 8);
    CHECK(papers(image) == 1);
    CHECK(ink_off(zero(), image, 3) == 0);
  }
}

TEST_CASE("Broken strokes lose some ink, gain none, and a loop may come open") {
  int opened = 0;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    Random random(seed);
    const GrayImage whole = zero();
    GrayImage image = whole;
    break_strokes(image, random);
    CHECK(image.pixels != whole.pixels);
    bool gained = false;
    for (std::size_t i = 0; i < whole.pixels.size(); ++i)
      gained |= image.pixels[i] > whole.pixels[i];
    CHECK_FALSE(gained);
    opened += papers(image) == 1;
  }
  CHECK(opened > 5);
  CHECK(opened < 50);
}

TEST_CASE("A slash divides the inside of a 0") {
  int divided = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Random random(seed);
    GrayImage image = zero();
    slash(image, random);
    divided += papers(image) >= 3;
  }
  CHECK(divided >= 10);
}

TEST_CASE("A slash goes from lower left to upper right") {
  const GrayImage whole = zero();
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Random random(seed);
    GrayImage image = whole;
    slash(image, random);
    int along = 0, across = 0;
    for (int y = 0; y < image.height; ++y)
      for (int x = 0; x < image.width; ++x) {
        if (is_ink(whole, x, y) || !is_ink(image, x, y)) continue;
        const bool is_along = (x < image.width / 2) == (y >= image.height / 2);
        ++(is_along ? along : across);
      }
    CAPTURE(seed);
    CHECK(along > 3 * across);
  }
}

TEST_CASE("At a lower resolution the ring is black and white, smaller, and still a ring") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Random random(seed);
    GrayImage image = zero();
    reduce_resolution(image, 3, random);
    CAPTURE(seed);
    CHECK(image.width == 24);
    CHECK(image.height == 24);
    CHECK(std::ranges::all_of(image.pixels, [](auto v) { return v == 0 || v == 255; }));
    CHECK(strokes(image) >= 1);
    CHECK(is_ink(image, 7, 12));         // its left side: 24 / 3
    CHECK_FALSE(is_ink(image, 12, 12));  // its inside
  }
}

TEST_CASE("Few drawings get a stroke effect, of every kind") {
  int unchanged = 0, reduced = 0, broken = 0;
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    Random random(seed);
    GrayImage image = zero();
    add_stroke_effects(image, random);
    unchanged += image.pixels == zero().pixels;
    reduced += image.width < 72;
    broken += image.width == 72 && image.pixels != zero().pixels;
  }
  CHECK(unchanged > 350);
  CHECK(reduced > 10);
  CHECK(broken > 10);
}

TEST_CASE("Stroke effects leave a blank picture as it is") {
  Random random(1);
  GrayImage image = black_image(72, 72);
  break_strokes(image, random);
  slash(image, random);
  turn_into_dots(image, random);
  CHECK(std::all_of(image.pixels.begin(), image.pixels.end(), [](auto v) { return v == 0; }));
}

}  // namespace
}  // namespace numeral
