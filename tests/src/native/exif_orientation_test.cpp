#include "native/exif_orientation.h"

#include <catch2/catch_test_macros.hpp>
#include <vector>

#include "support/exif.h"

namespace numeral {
namespace {

TEST_CASE("An image is turned upright from each orientation", "[exif_orientation]") {
  // The image
  //   1 2 3
  //   4 5 6
  // as each orientation stores it: 2 mirrored, 3 upside down, 4 both, 5 to 8 the same, rotated.
  const GrayImage seen{3, 2, {1, 2, 3, 4, 5, 6}};
  const GrayImage stored[] = {
      {3, 2, {1, 2, 3, 4, 5, 6}}, {3, 2, {3, 2, 1, 6, 5, 4}}, {3, 2, {6, 5, 4, 3, 2, 1}},
      {3, 2, {4, 5, 6, 1, 2, 3}}, {2, 3, {1, 4, 2, 5, 3, 6}}, {2, 3, {3, 6, 2, 5, 1, 4}},
      {2, 3, {6, 3, 5, 2, 4, 1}}, {2, 3, {4, 1, 5, 2, 6, 3}},
  };
  for (int orientation = 1; orientation <= 8; ++orientation) {
    CAPTURE(orientation);
    const GrayImage image = apply_orientation(stored[orientation - 1], orientation);
    CHECK(image.width == seen.width);
    CHECK(image.height == seen.height);
    CHECK(image.pixels == seen.pixels);
  }
}

TEST_CASE("The orientation is read from Exif data", "[exif_orientation]") {
  const std::vector<std::uint8_t> plain{0xff, 0xd8, 0xff, 0xd9};
  CHECK(read_orientation(plain) == 1);
  for (int orientation = 1; orientation <= 8; ++orientation)
    CHECK(read_orientation(test::with_orientation(plain, orientation)) == orientation);
}

TEST_CASE("An invalid orientation counts as upright", "[exif_orientation]") {
  const std::vector<std::uint8_t> plain{0xff, 0xd8, 0xff, 0xd9};
  CHECK(read_orientation({}) == 1);
  CHECK(read_orientation(test::with_orientation(plain, 0)) == 1);
  CHECK(read_orientation(test::with_orientation(plain, 9)) == 1);
}

TEST_CASE("An orientation of another type counts as upright", "[exif_orientation]") {
  std::vector<std::uint8_t> file = test::with_orientation({{0xff, 0xd8, 0xff, 0xd9}}, 6);
  // The low byte of the entry's type: text (2) instead of a short number (3).
  std::uint8_t& type = file[25];
  REQUIRE(type == 3);
  type = 2;
  file[29] = 4;
  CHECK(read_orientation(file) == 1);
}

TEST_CASE("Truncated Exif data counts as upright", "[exif_orientation]") {
  const std::vector<std::uint8_t> plain{0xff, 0xd8, 0xff, 0xd9};
  const std::vector<std::uint8_t> whole = test::with_orientation(plain, 6);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CAPTURE(size);
    // A copy, so that the sanitizers detect reads past its end.
    const std::vector<std::uint8_t> part(whole.begin(), whole.begin() + std::ptrdiff_t(size));
    CHECK(read_orientation(part) == (size < whole.size() - plain.size() + 2 ? 1 : 6));
  }
}

}  // namespace
}  // namespace numeral
