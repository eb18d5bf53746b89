#include "photo/photo_downscaler.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

namespace numeral {
namespace {

using Catch::Matchers::ContainsSubstring;
using Bytes = std::vector<std::uint8_t>;

Bytes rows_of(int width, int height, std::uint8_t level, std::uint8_t alpha = 255) {
  Bytes rgba;
  for (int i = 0; i < width * height; ++i) rgba.insert(rgba.end(), {level, level, level, alpha});
  return rgba;
}

TEST_CASE("A small photograph stays as it is", "[photo_downscaler]") {
  auto downscaler = PhotoDownscaler::create(3, 2);
  REQUIRE(downscaler);
  const Bytes rgba{0, 0, 0, 255, 255, 255, 255, 255, 10,  10,  10,  255,
                   0, 0, 0, 0,   100, 100, 100, 128, 200, 200, 200, 255};
  REQUIRE(downscaler->add({rgba, 3, 2}));
  const auto small = downscaler->finish();
  REQUIRE(small);
  CHECK(small->width == 3);
  CHECK(small->height == 2);
  // Transparency is blended over white.
  CHECK(small->pixels == Bytes{0, 255, 10, 255, 177, 200});
}

TEST_CASE("A large photograph becomes the means of squares, whatever the bands",
          "[photo_downscaler]") {
  // Squares of 3 pixels: 834 for 2500 pixels, the last one pixel wide.
  const int width = 2500, height = 40;
  const int band = GENERATE(1, 7, 40);
  auto downscaler = PhotoDownscaler::create(width, height);
  REQUIRE(downscaler);
  Bytes rgba = rows_of(width, height, 60);
  for (int y = 0; y < height; ++y) rgba[(std::size_t(y) * width + 0) * 4 + 1] = 255;
  for (int y = 0; y < height; y += band) {
    const int count = std::min(band, height - y);
    const std::size_t bytes = std::size_t(width) * 4;
    REQUIRE(downscaler->add({std::span(rgba).subspan(y * bytes, count * bytes), width, count}));
  }
  const auto small = downscaler->finish();
  REQUIRE(small);
  CHECK(small->width == 834);
  CHECK(small->height == 14);
  CHECK(small->at(1, 0) == 60);
  CHECK(small->at(833, 13) == 60);
  // One pixel of three has more green: 60 + 0.7152 * 195 / 3.
  CHECK(small->at(0, 0) == 106);
  CHECK(small->at(0, 13) == 106);
}

TEST_CASE("Invalid sizes are refused", "[photo_downscaler]") {
  for (const auto& [width, height] : {std::pair{0, 10}, {10, 0}, {-1, 10}, {20000, 20000}}) {
    const auto downscaler = PhotoDownscaler::create(width, height);
    REQUIRE_FALSE(downscaler);
    CHECK_THAT(downscaler.error().message, ContainsSubstring("100 megapixels"));
  }
  CHECK(PhotoDownscaler::create(10000, 10000));
}

TEST_CASE("Too many rows, too few, and rows of another width are refused", "[photo_downscaler]") {
  auto downscaler = PhotoDownscaler::create(4, 3);
  REQUIRE(downscaler);
  const Bytes rgba = rows_of(4, 3, 9);
  const std::span<const std::uint8_t> pixels = rgba;
  REQUIRE(downscaler->add({pixels.first(16), 4, 1}));
  CHECK_FALSE(downscaler->finish());
  CHECK_FALSE(downscaler->add({pixels, 4, 3}));
  CHECK_FALSE(downscaler->add({pixels.first(12), 3, 1}));
  CHECK_FALSE(downscaler->add({pixels.first(16), 4, 2}));
  REQUIRE(downscaler->add({pixels.first(16), 4, 1}));
  CHECK_FALSE(downscaler->finish());
  REQUIRE(downscaler->add({pixels.first(16), 4, 1}));
  CHECK(downscaler->finish());
  CHECK_FALSE(downscaler->add({pixels.first(16), 4, 1}));
}

}  // namespace
}  // namespace numeral
