#include "train/augmentation/font_glyphs.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "support/temporary_folder.h"

namespace numeral {
namespace {

/// Width and height of the ink.
std::pair<int, int> extent(const GrayImage& image) {
  int left = image.width, right = -1, top = image.height, bottom = -1;
  for (int y = 0; y < image.height; ++y)
    for (int x = 0; x < image.width; ++x) {
      if (image.at(x, y) == 0) continue;
      left = std::min(left, x), right = std::max(right, x);
      top = std::min(top, y), bottom = std::max(bottom, y);
    }
  return {right - left + 1, bottom - top + 1};
}

TEST_CASE("Every font draws the letters, upright and 20 pixels on the longer side") {
  const auto glyphs = load_glyphs("AL");
  REQUIRE(glyphs);
  REQUIRE(glyphs->size() == 2);
  CHECK(glyphs->at('A').size() > 10);
  for (const auto& [character, pictures] : *glyphs)
    for (const GrayImage& picture : pictures) {
      const auto [width, height] = extent(picture);
      CHECK(std::max(width, height) >= 19);
      CHECK(std::max(width, height) <= 21);
    }
  // An L has its bar below.
  double above = 0, below = 0;
  for (const GrayImage& picture : glyphs->at('L'))
    for (int y = 0; y < picture.height; ++y)
      for (int x = 0; x < picture.width; ++x) (y < 14 ? above : below) += picture.at(x, y);
  CHECK(below > 1.2 * above);
}

TEST_CASE("A character that no font has gives no picture") {
  const auto glyphs = load_glyphs("\x01");
  REQUIRE(glyphs);
  CHECK(glyphs->empty());
}

TEST_CASE("A missing font is named with its package") {
  const test::TemporaryFolder empty;
  const auto glyphs = load_glyphs("A", empty.path());
  REQUIRE_FALSE(glyphs);
  CHECK_THAT(glyphs.error().message,
             Catch::Matchers::ContainsSubstring("install the package fonts-"));
}

}  // namespace
}  // namespace numeral
