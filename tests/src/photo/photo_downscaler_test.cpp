#include "photo/photo_downscaler.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cstdlib>

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

/// Scales a photograph that arrives in bands.
GrayImage scaled(const Bytes& rgba, int width, int height, int band) {
  auto downscaler = PhotoDownscaler::create(width, height);
  REQUIRE(downscaler);
  for (int y = 0; y < height; y += band) {
    const int count = std::min(band, height - y);
    const std::size_t bytes = std::size_t(width) * 4;
    REQUIRE(downscaler->add({std::span(rgba).subspan(y * bytes, count * bytes), width, count}));
  }
  const auto small = downscaler->finish();
  REQUIRE(small);
  return *small;
}

TEST_CASE("A large photograph becomes the means of areas, whatever the bands",
          "[photo_downscaler]") {
  // Areas of 2.083 by 2.105 pixels.
  const int width = 2500, height = 40;
  const int band = GENERATE(1, 7, 40);
  Bytes rgba = rows_of(width, height, 60);
  for (int y = 0; y < height; ++y) rgba[(std::size_t(y) * width + 2) * 4 + 1] = 255;
  const GrayImage small = scaled(rgba, width, height, band);
  CHECK(small.width == 1200);
  CHECK(small.height == 19);
  CHECK(small.at(2, 0) == 60);
  CHECK(small.at(1199, 18) == 60);
  // The third pixel has more green, 0.7152 * 195 = 139: 0.083 of 2.083 pixels, then 0.917.
  for (const int y : {0, 9, 18}) {
    CAPTURE(y);
    CHECK(small.at(0, y) == 66);
    CHECK(small.at(1, y) == 122);
  }
}

TEST_CASE("A photograph just over the limit is hardly scaled", "[photo_downscaler]") {
  for (const int side : {1200, 1201, 1255}) {
    CAPTURE(side);
    const GrayImage small = scaled(rows_of(side, 30, 90), side, 30, 30);
    CHECK(small.width == 1200);
    CHECK(small.height == (side == 1255 ? 29 : 30));
    CHECK(std::ranges::all_of(small.pixels, [](int level) { return level == 90; }));
  }
  // The longer side decides. Something is left of the shorter one.
  CHECK(scaled(rows_of(30, 2400, 90), 30, 2400, 7).width == 15);
  CHECK(scaled(rows_of(1, 4000, 90), 1, 4000, 7).width == 1);
}

TEST_CASE("Colours tell ink from paper where luminance does not", "[photo_downscaler]") {
  // Orange on a blue of nearly the same luminance, at the original size and scaled.
  const int width = GENERATE(300, 2400);
  Bytes rgba;
  for (int i = 0; i < width * 10; ++i)
    if (i % width < width / 2)
      rgba.insert(rgba.end(), {250, 140, 60, 255});
    else
      rgba.insert(rgba.end(), {120, 170, 250, 255});
  const GrayImage small = scaled(rgba, width, 10, 10);
  CHECK(std::abs(small.at(0, 1) - small.at(small.width - 1, 1)) > 100);
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
