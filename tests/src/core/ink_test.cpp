#include "core/ink.h"

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cmath>
#include <cstdlib>
#include <random>
#include <vector>

#include <vector>
#include "support/drawing.h"

namespace numeral {
namespace {

GrayImage filled(int width, int height, std::uint8_t level) {
  return {width, height, std::vector<std::uint8_t>(std::size_t(width) * height, level)};
}

TEST_CASE("The region of the ink has values up to 1", "[ink]") {
  const bool dark_on_light = GENERATE(true, false);
  const auto level = [&](int ink) {
    return static_cast<std::uint8_t>(dark_on_light ? 200 - ink : 20 + ink);
  };
  GrayImage image = filled(30, 20, level(0));
  image.pixels[5 * 30 + 10] = level(100);
  image.pixels[5 * 30 + 12] = level(50);
  image.pixels[8 * 30 + 11] = level(25);
  const auto ink = find_ink(image);
  REQUIRE(ink);
  CHECK(ink->left == 10);
  CHECK(ink->top == 5);
  CHECK(ink->values.width == 3);
  CHECK(ink->values.height == 4);
  CHECK(ink->values.pixels == std::vector<float>{1, 0, 0.5f, 0, 0, 0, 0, 0, 0, 0, 0.25f, 0});
}

TEST_CASE("Differences within the background's noise are not ink", "[ink]") {
  GrayImage image = filled(40, 40, 0);
  for (std::size_t i = 0; i < image.pixels.size(); ++i)
    image.pixels[i] = static_cast<std::uint8_t>(196 + i * 7919 % 9);
  CHECK_FALSE(find_ink(image));
  image.pixels[20 * 40 + 20] = 0;
  const auto ink = find_ink(image);
  REQUIRE(ink);
  CHECK(ink->values.pixels == std::vector<float>{1});
}

/// An image of one level with noise on its border: a third of the pixels there is 6 levels darker,
/// a third 6 levels lighter. The median absolute deviation is 6.
GrayImage noisy_at_edge(std::uint8_t level) {
  constexpr std::array kNoise{-6, 0, 6};
  GrayImage image = filled(41, 41, level);
  std::size_t count = 0;
  for (int i = 0; i < 41 * 41; ++i) {
    const int x = i % 41, y = i / 41;
    if (x > 0 && x < 40 && y > 0 && y < 40) continue;
    image.pixels[i] = static_cast<std::uint8_t>(level + kNoise[count++ % 3]);
  }
  return image;
}

TEST_CASE("Noise as strong as the contrast is blank", "[ink]") {
  std::mt19937 random(1);
  GrayImage image = filled(60, 60, 0);
  for (std::uint8_t& level : image.pixels) level = static_cast<std::uint8_t>(100 + random() % 101);
  CHECK_FALSE(find_ink(image));
}

TEST_CASE("Ink has a contrast of at least 24 levels", "[ink]") {
  const int direction = GENERATE(-1, 1);
  GrayImage image = filled(10, 10, 128);
  image.pixels[55] = static_cast<std::uint8_t>(128 + direction * 23);
  CHECK_FALSE(find_ink(image));
  image.pixels[55] = static_cast<std::uint8_t>(128 + direction * 24);
  CHECK(find_ink(image));
}

TEST_CASE("Ink exceeds six median absolute deviations", "[ink]") {
  const int direction = GENERATE(-1, 1);
  GrayImage image = noisy_at_edge(128);
  std::uint8_t& faint = image.pixels[20 * 41 + 20];
  faint = static_cast<std::uint8_t>(128 + direction * 36);
  CHECK_FALSE(find_ink(image));
  faint = static_cast<std::uint8_t>(128 + direction * 37);
  CHECK(find_ink(image));

  // Also beside stronger ink.
  image.pixels[20 * 41 + 18] = static_cast<std::uint8_t>(128 + direction * 100);
  auto ink = find_ink(image);
  REQUIRE(ink);
  CHECK(ink->values.pixels == std::vector<float>{1, 0, 0.37f});
  faint = static_cast<std::uint8_t>(128 + direction * 36);
  ink = find_ink(image);
  REQUIRE(ink);
  CHECK(ink->values.pixels == std::vector<float>{1});
}

TEST_CASE("The background is the median of all four sides", "[ink]") {
  // On a narrow image, most of one long side is dark, the other is not.
  const bool is_vertical = GENERATE(true, false);
  const int place = GENERATE(0, 2);
  GrayImage image = is_vertical ? filled(3, 100, 255) : filled(100, 3, 255);
  for (int i = 0; i < 60; ++i) image.pixels[is_vertical ? i * 3 + place : place * 100 + i] = 0;
  const auto ink = find_ink(image);
  REQUIRE(ink);
  CHECK(ink->left == (is_vertical ? place : 0));
  CHECK(ink->top == (is_vertical ? 0 : place));
  CHECK(ink->values.pixels == std::vector<float>(60, 1));
}

TEST_CASE("Noise does not decide whether the ink is dark or light", "[ink]") {
  const int direction = GENERATE(-1, 1);
  const auto level = [&](int ink) { return static_cast<std::uint8_t>(128 + direction * ink); };
  GrayImage image = noisy_at_edge(128);
  for (int y = 10; y < 30; ++y)
    for (int x = 10; x < 30; ++x) image.pixels[y * 41 + x] = level(-20);
  image.pixels[5 * 41 + 5] = level(-40);
  image.pixels[5 * 41 + 10] = level(90);
  const auto ink = find_ink(image);
  REQUIRE(ink);
  CHECK(ink->left == 10);
  CHECK(ink->top == 5);
  CHECK(ink->values.pixels == std::vector<float>{1});
}

TEST_CASE("Ink is found on one row or column of pixels", "[ink]") {
  const bool is_row = GENERATE(true, false);
  GrayImage image = is_row ? filled(9, 1, 255) : filled(1, 9, 255);
  image.pixels[4] = 0;
  const auto ink = find_ink(image);
  REQUIRE(ink);
  CHECK(ink->left == (is_row ? 4 : 0));
  CHECK(ink->top == (is_row ? 0 : 4));
  CHECK(ink->values.pixels == std::vector<float>{1});
}

GrayImage inverted(GrayImage image) {
  for (std::uint8_t& level : image.pixels) level = static_cast<std::uint8_t>(255 - level);
  return image;
}

GrayImage cropped(const GrayImage& image, const Box& box) {
  GrayImage result{box.width(), box.height(), {}};
  for (int y = box.top; y < box.bottom; ++y)
    for (int x = box.left; x < box.right; ++x) result.pixels.push_back(image.at(x, y));
  return result;
}

Box box_of(const Region& region) {
  return {region.left, region.top, region.left + region.values.width,
          region.top + region.values.height};
}

TEST_CASE("An image that is cropped to its ink has the same ink as with a margin", "[ink]") {
  // Without the 1: a straight one fills its box, so that a cropped one is blank.
  const int digit = GENERATE(0, 2, 3, 4, 5, 6, 7, 8, 9);
  const bool is_dark = GENERATE(true, false);
  CAPTURE(digit, is_dark);
  std::size_t same = 0, all = 0;
  for (const float brush : {1.5f, 2.0f, 3.0f, 4.0f, 5.0f})
    for (const int paper : {255, 180}) {
      const auto ink = static_cast<std::uint8_t>(paper - 120);
      const test::Placement placement{28, 18, 5, 5, brush, ink, static_cast<std::uint8_t>(paper)};
      GrayImage image = test::draw(test::digit_strokes(digit), placement);
      if (!is_dark) image = inverted(image);
      const auto expected = find_ink(image);
      REQUIRE(expected);
      const auto found = find_ink(cropped(image, box_of(*expected)));
      same += found && found->values.pixels == expected->values.pixels;
      ++all;
    }
  CHECK(same == all);
}

/// White paper with ink along the border, except at the corners.
GrayImage inked_border() {
  GrayImage image = filled(40, 40, 255);
  for (int y = 0; y < 40; ++y)
    for (int x = 0; x < 40; ++x) {
      const bool is_border = x < 2 || y < 2 || x >= 38 || y >= 38;
      const bool is_corner = (x < 6 || x >= 34) && (y < 6 || y >= 34);
      if (is_border && !is_corner) image.pixels[y * 40 + x] = 0;
    }
  return image;
}

/// White paper with a cross of ink that leaves only the corners.
GrayImage thick_cross() {
  GrayImage image = filled(40, 40, 255);
  for (int y = 0; y < 40; ++y)
    for (int x = 0; x < 40; ++x)
      if (std::abs(x - 20) < 9 || std::abs(y - 20) < 9) image.pixels[y * 40 + x] = 0;
  return image;
}

TEST_CASE("The background has most of area, border and corners together", "[ink]") {
  GrayImage image = GENERATE(inked_border(), thick_cross());
  if (GENERATE(true, false)) image = inverted(image);
  const auto ink = find_ink(image);
  REQUIRE(ink);
  CHECK(ink->values.width == 40);
  CHECK(ink->values.at(20, 0) == 1);
  CHECK(ink->values.at(0, 0) == 0);
}

TEST_CASE("At a mixed border, noise is estimated from the background alone", "[ink]") {
  GrayImage image = inked_border();
  // The background has levels 197, 200 and 203, a median absolute deviation of 3; the ink 10 to 90.
  for (std::size_t i = 0; i < image.pixels.size(); ++i)
    image.pixels[i] = static_cast<std::uint8_t>(image.pixels[i] == 255 ? 197 + i * 7919 % 3 * 3
                                                                       : 10 + i * 7919 % 81);
  image.pixels[15 * 40 + 15] = 200 - 18;
  image.pixels[15 * 40 + 20] = 200 - 19;
  const auto ink = find_ink(image);
  REQUIRE(ink);
  std::size_t inked = 0;
  for (const float value : ink->values.pixels) inked += value > 0;
  CHECK(inked == 4 * 2 * 28 + 1);
  CHECK(ink->values.at(15, 15) == 0);
  CHECK(ink->values.at(20, 15) > 0);
}

TEST_CASE("Two classes that share an image evenly are blank", "[ink]") {
  GrayImage image = filled(40, 40, 255);
  for (int i = 0; i < 40 * 40; ++i)
    if (i % 40 < 20) image.pixels[i] = 0;
  CHECK_FALSE(find_ink(image));
  // A little more of one, and it is the background.
  for (int y = 0; y < 40; ++y)
    for (int x = 20; x < 25; ++x) image.pixels[y * 40 + x] = 0;
  const auto ink = find_ink(image);
  REQUIRE(ink);
  CHECK(ink->left == 25);
}

TEST_CASE("A shadow's levels are not two classes", "[ink]") {
  // The border's median is 150, its median absolute deviation 25: the noise is 150.
  GrayImage image = filled(101, 101, 0);
  for (int i = 0; i < 101 * 101; ++i) image.pixels[i] = static_cast<std::uint8_t>(100 + i % 101);
  CHECK_FALSE(find_ink(image));
}

/// Adds noise of a standard deviation: nearly normal, sums of twelve uniform numbers.
GrayImage noisy(GrayImage image, float deviation, unsigned seed) {
  std::mt19937 random(seed);
  for (std::uint8_t& level : image.pixels) {
    float sum = -6;
    for (int i = 0; i < 12; ++i) sum += float(random() % 65536) / 65536;
    level = static_cast<std::uint8_t>(
        std::clamp(std::lround(float(level) + deviation * sum), 0L, 255L));
  }
  return image;
}

TEST_CASE("A large image with noise has no specks", "[ink]") {
  const auto [deviation, contrast] = GENERATE(std::pair(2.0f, 30), std::pair(5.0f, 30),
                                              std::pair(5.0f, 150), std::pair(8.0f, 150));
  CAPTURE(deviation, contrast);
  for (unsigned seed = 1; seed <= 5; ++seed) {
    GrayImage image = filled(280, 280, 180);
    for (int y = 100; y < 180; ++y)
      for (int x = 120; x < 140; ++x)
        image.pixels[y * 280 + x] = static_cast<std::uint8_t>(180 - contrast);
    const auto ink = find_ink(noisy(image, deviation, seed));
    REQUIRE(ink);
    // The blur adds a pixel to each side.
    const Box box = box_of(*ink);
    CHECK((box.left >= 119 && box.top >= 99 && box.right <= 141 && box.bottom <= 181));
    std::size_t missing = 0;
    for (int y = 101; y < 179; ++y)
      for (int x = 121; x < 139; ++x) missing += ink->values.at(x - box.left, y - box.top) == 0;
    CHECK(missing == 0);
  }
}

TEST_CASE("A shadow is not smoothed", "[ink]") {
  // The border's median absolute deviation is 10, also after a blur.
  GrayImage image = filled(200, 200, 0);
  for (int i = 0; i < 200 * 200; ++i)
    image.pixels[i] = static_cast<std::uint8_t>(180 - i % 200 / 10);
  image.pixels[100 * 200 + 100] = 20;
  const auto ink = find_ink(image);
  REQUIRE(ink);
  CHECK(ink->values.pixels == std::vector<float>{1});
}

TEST_CASE("A region is trimmed to its ink", "[ink]") {
  const Region region{10, 20, {3, 3, {0, 0, 0, 0, 0.5f, 1, 0, 0, 0}}};
  const Region rest = trimmed(region);
  CHECK(rest.left == 11);
  CHECK(rest.top == 21);
  CHECK(rest.values.width == 2);
  CHECK(rest.values.pixels == std::vector<float>{0.5f, 1});
  CHECK(trimmed({10, 20, {1, 2, {0, 0}}}).values.pixels.empty());
}

TEST_CASE("A blank or empty image has no ink", "[ink]") {
  CHECK_FALSE(find_ink({}));
  CHECK_FALSE(find_ink(filled(10, 10, 128)));
}

}  // namespace
}  // namespace numeral
