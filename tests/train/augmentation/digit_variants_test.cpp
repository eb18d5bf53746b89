#include "train/augmentation/digit_variants.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>

namespace numeral {
namespace {

/// The share of the ink that lies in the rows from `top` to `bottom` (0 to 1 of the height).
double share_between(const GrayImage& image, double top, double bottom) {
  double inside = 0, all = 0;
  for (int y = 0; y < image.height; ++y)
    for (int x = 0; x < image.width; ++x) {
      const double place = (y + 0.5) / image.height;
      all += image.at(x, y);
      if (place >= top && place < bottom) inside += image.at(x, y);
    }
  return inside / all;
}

TEST_CASE("Only 1 and 7 have variants") {
  Random random(1);
  for (int digit = 0; digit < 10; ++digit)
    CHECK(draw_digit_variant(digit, random).has_value() == (digit == 1 || digit == 7));
}

TEST_CASE("A variant is a picture as in MNIST, not cut off, and each time different") {
  for (const int digit : {1, 7}) {
    Random random(2);
    std::vector<std::uint8_t> before;
    for (int i = 0; i < 100; ++i) {
      const auto image = draw_digit_variant(digit, random);
      REQUIRE(image);
      REQUIRE(image->pixels.size() == 784);
      CHECK(image->pixels != before);
      before = image->pixels;
      CHECK(*std::max_element(before.begin(), before.end()) > 127);
      for (int k = 0; k < 28; ++k) {
        CHECK(image->at(k, 0) + image->at(k, 27) == 0);
        CHECK(image->at(0, k) + image->at(27, k) == 0);
      }
    }
  }
}

TEST_CASE("A 7 has more of its ink at the top than a 1") {
  Random random(3);
  double one = 0, seven = 0;
  for (int i = 0; i < 100; ++i) {
    one += share_between(*draw_digit_variant(1, random), 0, 0.3);
    seven += share_between(*draw_digit_variant(7, random), 0, 0.3);
  }
  CHECK(one / 100 < 0.35);
  CHECK(seven / 100 > 0.35);
}

}  // namespace
}  // namespace numeral
