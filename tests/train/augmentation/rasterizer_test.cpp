#include "train/augmentation/rasterizer.h"

#include <catch2/catch_test_macros.hpp>
#include <numeric>

namespace numeral {
namespace {

double ink_of(const GrayImage& image) {
  return std::accumulate(image.pixels.begin(), image.pixels.end(), 0.0) / 255;
}

TEST_CASE("A line covers its length times its width, and round ends") {
  GrayImage image = black_image(40, 40);
  draw_line(image, {{10, 20}, {30, 20}}, 4);
  const double expected = 20 * 4 + 3.1416 * 2 * 2;
  CHECK(ink_of(image) > expected * 0.95);
  CHECK(ink_of(image) < expected * 1.05);
  CHECK(image.at(20, 19) == 255);
  CHECK(image.at(20, 23) == 0);
}

TEST_CASE("A single point is a dot, no point is nothing") {
  GrayImage image = black_image(20, 20);
  draw_line(image, {}, 6);
  CHECK(ink_of(image) == 0);
  draw_line(image, {{10, 10}}, 6);
  CHECK(ink_of(image) > 26);
  CHECK(ink_of(image) < 31);
}

TEST_CASE("Lines are clipped at the edge") {
  GrayImage image = black_image(10, 10);
  draw_line(image, {{-50, -50}, {60, 60}}, 2);
  draw_line(image, {{-20, 5}, {-10, 5}}, 2);
  CHECK(image.at(5, 5) == 255);
  CHECK(image.at(0, 5) == 0);
}

TEST_CASE("A line drawn over another does not remove ink") {
  GrayImage image = black_image(20, 20);
  draw_line(image, {{2, 10}, {18, 10}}, 3);
  const double one = ink_of(image);
  draw_line(image, {{2, 10}, {18, 10}}, 2);
  CHECK(ink_of(image) == one);
}

}  // namespace
}  // namespace numeral
