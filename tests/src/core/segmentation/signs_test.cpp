#include "core/segmentation/signs.h"

#include <catch2/catch_test_macros.hpp>
#include <string>

#include "core/preprocess.h"
#include "support/drawing.h"

namespace numeral {
namespace {

/// Two digits, 100 high, with room for a sign between them, and the pen that they are written with.
const Box kLeft{0, 0, 60, 100}, kRight{120, 0, 180, 100};
constexpr float kPen = 10;

/// The signs that are found, as text.
std::string signs_of(const std::vector<Box>& parts) {
  std::string signs;
  for (const FoundSign& found : find_signs(parts, kPen)) signs += static_cast<char>(found.sign);
  return signs;
}

TEST_CASE("A small part at the foot is a point or comma", "[signs]") {
  CHECK(signs_of({kLeft, {85, 88, 97, 100}, kRight}) == ".");
  CHECK(signs_of({kLeft, {80, 85, 95, 118}, kRight}) == ",");
  CHECK(signs_of({kLeft, {70, 95, 95, 118}, kRight}) == ",");
  CHECK(signs_of({{85, 88, 97, 100}, kRight}) == ".");
}

TEST_CASE("A flat part at half the height is a minus", "[signs]") {
  CHECK(signs_of({kLeft, {70, 45, 110, 55}, kRight}) == "-");
  CHECK(signs_of({{70, 40, 110, 52}, kRight}) == "-");
  const std::vector<FoundSign> found = find_signs({{70, 40, 110, 52}, kRight}, kPen);
  REQUIRE(found.size() == 1);
  CHECK(found[0].part == 0);
}

TEST_CASE("Signs beside digits of two rows are found in both", "[signs]") {
  const Box below{0, 150, 60, 250}, right_below{120, 150, 180, 250};
  CHECK(signs_of({kLeft, {85, 88, 97, 100}, kRight, {70, 195, 110, 205}, below, right_below}) ==
        ".-");
}

TEST_CASE("Digits, bars, dirt and dots are no signs", "[signs]") {
  CHECK(signs_of({}).empty());
  CHECK(signs_of({kLeft, kRight}).empty());
  // A small digit; a bar at the top, as of a 5; a speck; a dot at half the height.
  CHECK(signs_of({kLeft, {80, 50, 100, 100}, kRight}).empty());
  CHECK(signs_of({kLeft, {50, 0, 90, 10}, kRight}).empty());
  CHECK(signs_of({kLeft, {85, 94, 91, 100}, kRight}).empty());
  CHECK(signs_of({kLeft, {85, 45, 97, 57}, kRight}).empty());
  // A dotted digit beside another.
  CHECK(signs_of({kLeft, {85, 88, 97, 100}, {110, 40, 122, 52}}).empty());
}

/// The ink of strokes in a unit square of 100 pixels.
FloatImage ink_of(const test::Strokes& strokes) {
  test::Placement placement;
  placement.size = 100;
  placement.brush = 8;
  return find_region(test::draw(strokes, placement), InputMode::kInk)->values;
}

TEST_CASE("A slash leans more than the digits beside it", "[signs]") {
  const FloatImage one = ink_of(test::digit_strokes(1)), two = ink_of(test::digit_strokes(2));
  const FloatImage slash = ink_of({{{0.45f, -0.1f}, {0, 1.1f}}});
  CHECK(has_slash({one, slash, two}));
  CHECK(has_slash({two, one, slash, two}));
  CHECK_FALSE(has_slash({two, one, two}));
  CHECK_FALSE(has_slash({slash, two}));
  CHECK_FALSE(has_slash({}));
  // A hand that leans to the right writes a 1 like that.
  const auto leaning = [](int digit) {
    test::Strokes strokes = test::digit_strokes(digit);
    for (test::Stroke& stroke : strokes)
      for (test::Point& point : stroke) point.x += 0.4f * (1 - point.y);
    return ink_of(strokes);
  };
  CHECK_FALSE(has_slash({leaning(4), slash, leaning(5)}));
}

TEST_CASE("Signs make a decimal number, or none", "[signs]") {
  for (const char* text : {"0", "00", "-0", "0.0", "-00,000"}) {
    CAPTURE(text);
    CHECK(is_decimal(text));
  }
  for (const char* text : {"", "-", "0-0", "0.", ".0", "-.0", "0.0.0", "0,-0", "--0", "0-"}) {
    CAPTURE(text);
    CHECK_FALSE(is_decimal(text));
  }
}

}  // namespace
}  // namespace numeral
