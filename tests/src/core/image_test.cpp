#include "core/image.h"

#include <catch2/catch_test_macros.hpp>

namespace numeral {
namespace {

GrayImage luminance_of(const std::vector<std::uint8_t>& rgba) {
  return to_luminance({rgba, static_cast<int>(rgba.size() / 4), 1});
}

TEST_CASE("Luminance follows BT.709", "[image]") {
  const GrayImage image = luminance_of({255, 255, 255, 255, 0, 0, 0,   255, 255, 0, 0, 255,  //
                                        0,   255, 0,   255, 0, 0, 255, 255});
  CHECK(image.width == 5);
  CHECK(image.height == 1);
  CHECK(image.pixels == std::vector<std::uint8_t>{255, 0, 54, 182, 18});
}

TEST_CASE("Grey keeps its level", "[image]") {
  for (int level = 0; level < 256; ++level) {
    const auto v = static_cast<std::uint8_t>(level);
    CHECK(luminance_of({v, v, v, 255}).pixels[0] == level);
  }
}

TEST_CASE("Ink as light as its paper is told apart by a channel", "[image]") {
  // Red on grey, yellow on light blue, yellow on white, blue on black.
  CHECK(luminance_of({54, 54, 54, 255, 255, 0, 0, 255}).pixels ==
        std::vector<std::uint8_t>{54, 255});
  CHECK(luminance_of({173, 216, 230, 255, 255, 255, 0, 255}).pixels ==
        std::vector<std::uint8_t>{230, 0});
  CHECK(luminance_of({255, 255, 255, 255, 255, 255, 0, 255}).pixels ==
        std::vector<std::uint8_t>{255, 0});
  CHECK(luminance_of({0, 0, 0, 255, 0, 0, 255, 255}).pixels == std::vector<std::uint8_t>{0, 255});
}

TEST_CASE("Where the luminance tells ink from paper, it is taken", "[image]") {
  // Red on white; black and yellow on white: the highlighted part is paper.
  CHECK(luminance_of({255, 255, 255, 255, 255, 0, 0, 255}).pixels ==
        std::vector<std::uint8_t>{255, 54});
  CHECK(luminance_of({255, 255, 255, 255, 255, 255, 0, 255, 0, 0, 0, 255}).pixels ==
        std::vector<std::uint8_t>{255, 237, 0});
  // Blue is 29 levels apart and the luminance 10; with 30 levels blue is taken.
  CHECK(luminance_of({100, 100, 100, 255, 100, 111, 129, 255}).pixels ==
        std::vector<std::uint8_t>{100, 110});
  CHECK(luminance_of({100, 100, 100, 255, 100, 111, 130, 255}).pixels ==
        std::vector<std::uint8_t>{100, 130});
}

TEST_CASE("A channel is not taken of a transparent image", "[image]") {
  CHECK(luminance_of({255, 255, 0, 255, 0, 0, 0, 0}).pixels == std::vector<std::uint8_t>{237, 0});
}

TEST_CASE("Transparency is blended over white under dark ink", "[image]") {
  CHECK(luminance_of({0, 0, 0, 255, 0, 0, 0, 0, 0, 0, 0, 128}).pixels ==
        std::vector<std::uint8_t>{0, 255, 127});
}

TEST_CASE("Transparency is blended over black under light ink", "[image]") {
  CHECK(luminance_of({255, 255, 255, 255, 0, 0, 0, 0}).pixels == std::vector<std::uint8_t>{255, 0});
}

TEST_CASE("The sum of light ink may exceed 32 bits", "[image]") {
  std::vector<std::uint8_t> rgba(std::size_t(70'000) * 4, 255);
  rgba.insert(rgba.end(), {0, 0, 0, 0});
  const GrayImage image = luminance_of(rgba);
  CHECK(image.pixels.front() == 255);
  CHECK(image.pixels.back() == 0);
}

TEST_CASE("Every level at every opacity is blended to the nearest level", "[image]") {
  for (const bool is_dark : {true, false}) {
    const std::uint8_t ink = is_dark ? 0 : 255;
    // One more pixel of full ink decides the background.
    std::vector<std::uint8_t> rgba{ink, ink, ink, 255};
    for (int alpha = 0; alpha < 256; ++alpha)
      for (int level = 0; level < 256; ++level) {
        const auto v = static_cast<std::uint8_t>(level);
        rgba.insert(rgba.end(), {v, v, v, static_cast<std::uint8_t>(alpha)});
      }
    const GrayImage image = luminance_of(rgba);
    const int background = 255 - ink;
    std::size_t wrong = 0, i = 1;
    for (int alpha = 0; alpha < 256; ++alpha)
      for (int level = 0; level < 256; ++level)
        wrong += image.pixels[i++] != (level * alpha + background * (255 - alpha) + 127) / 255;
    CHECK(wrong == 0);
  }
}

TEST_CASE("An image without pixels stays empty", "[image]") {
  CHECK(luminance_of({}).pixels.empty());
}

}  // namespace
}  // namespace numeral
