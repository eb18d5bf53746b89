#include "ink.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

namespace numeral {
namespace {

GrayImage filled(int width, int height, std::uint8_t level) {
  return {width, height, std::vector<std::uint8_t>(std::size_t(width) * height, level)};
}

TEST_CASE("Ink is cut out where it is, strongest 1", "[ink]") {
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

TEST_CASE("What is as faint as the background's noise is no ink", "[ink]") {
  GrayImage image = filled(40, 40, 0);
  for (std::size_t i = 0; i < image.pixels.size(); ++i)
    image.pixels[i] = static_cast<std::uint8_t>(196 + i * 7919 % 9);
  CHECK_FALSE(find_ink(image));
  image.pixels[20 * 40 + 20] = 0;
  const auto ink = find_ink(image);
  REQUIRE(ink);
  CHECK(ink->values.pixels == std::vector<float>{1});
}

TEST_CASE("A picture without ink has none", "[ink]") {
  CHECK_FALSE(find_ink({}));
  CHECK_FALSE(find_ink(filled(10, 10, 128)));
}

}  // namespace
}  // namespace numeral
