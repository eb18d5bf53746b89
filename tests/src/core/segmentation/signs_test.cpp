#include "core/segmentation/signs.h"

#include <catch2/catch_test_macros.hpp>

namespace numeral {
namespace {

/// Two digits, 100 high, with room for a sign between them.
const Box kLeft{0, 0, 60, 100}, kRight{120, 0, 180, 100};

TEST_CASE("A small part at the foot is a point or comma", "[signs]") {
  CHECK(has_sign({kLeft, {85, 88, 97, 100}, kRight}));
  CHECK(has_sign({kLeft, {80, 85, 95, 118}, kRight}));
  CHECK(has_sign({{85, 88, 97, 100}, kRight}));
}

TEST_CASE("A flat part at half the height is a minus", "[signs]") {
  CHECK(has_sign({kLeft, {70, 45, 110, 55}, kRight}));
  CHECK(has_sign({{70, 40, 110, 52}, kRight}));
}

TEST_CASE("Digits, bars, dirt and dots are no signs", "[signs]") {
  CHECK_FALSE(has_sign({}));
  CHECK_FALSE(has_sign({kLeft, kRight}));
  // A small digit; a bar at the top, as of a 5; a speck; a dot at half the height.
  CHECK_FALSE(has_sign({kLeft, {80, 50, 100, 100}, kRight}));
  CHECK_FALSE(has_sign({kLeft, {50, 0, 90, 10}, kRight}));
  CHECK_FALSE(has_sign({kLeft, {85, 96, 89, 100}, kRight}));
  CHECK_FALSE(has_sign({kLeft, {85, 45, 97, 57}, kRight}));
  // A dotted digit beside another.
  CHECK_FALSE(has_sign({kLeft, {85, 88, 97, 100}, {110, 40, 122, 52}}));
}

}  // namespace
}  // namespace numeral
