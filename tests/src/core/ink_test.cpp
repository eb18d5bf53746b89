#include "core/ink.h"

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <random>

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

TEST_CASE("A blank or empty image has no ink", "[ink]") {
  CHECK_FALSE(find_ink({}));
  CHECK_FALSE(find_ink(filled(10, 10, 128)));
}

}  // namespace
}  // namespace numeral
