#include "core/strokes.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <string>
#include <vector>

#include "core/number.h"
#include "support/drawing.h"
#include "support/model.h"

namespace numeral {
namespace {

constexpr int kSize = 280;

/// A digit's strokes, as high as `size` pixels.
std::vector<PenStroke> digit(int value, float left, float top, float size, float width) {
  std::vector<PenStroke> strokes;
  for (const test::Stroke& stroke : test::digit_strokes(value)) {
    strokes.emplace_back();
    for (const auto& [x, y] : stroke)
      strokes.back().push_back({left + x * size, top + y * size, width});
  }
  return strokes;
}

void append(std::vector<PenStroke>& strokes, const std::vector<PenStroke>& more) {
  strokes.insert(strokes.end(), more.begin(), more.end());
}

std::string read(Recognizer& recognizer, const std::vector<PenStroke>& strokes) {
  const auto reading = read_strokes(recognizer, draw_strokes(strokes, kSize, kSize), strokes);
  REQUIRE(reading);
  return *reading ? (*reading)->text(recognizer.card()) : "";
}

TEST_CASE("A stroke is drawn as wide as the pen, a point as a dot", "[strokes]") {
  const GrayImage line = draw_strokes(std::vector<PenStroke>{{{20, 50, 10}, {80, 50, 10}}}, 100, 100);
  CHECK(line.at(50, 50) == 0);
  CHECK(line.at(50, 46) == 0);
  CHECK(line.at(50, 43) == 255);
  CHECK(line.at(50, 56) == 255);
  // The ends are round.
  CHECK(line.at(17, 49) == 0);
  CHECK(line.at(16, 46) == 255);
  CHECK(line.at(13, 50) == 255);
  const GrayImage dot = draw_strokes(std::vector<PenStroke>{{{50, 50, 20}}}, 100, 100);
  CHECK(dot.at(50, 50) == 0);
  CHECK(dot.at(42, 50) == 0);
  CHECK(dot.at(42, 42) == 255);
}

TEST_CASE("What is outside of the image is cut off", "[strokes]") {
  const GrayImage image =
      draw_strokes(std::vector<PenStroke>{{{-20, 10, 6}, {40, 10, 6}}, {{200, 200, 6}}}, 30, 20);
  CHECK(image.at(0, 10) == 0);
  CHECK(image.at(29, 10) == 0);
  CHECK(image.at(0, 0) == 255);
}

TEST_CASE("A drawing of one digit is read as its picture is", "[strokes]") {
  Recognizer reader = test::published_recognizer();
  for (int value = 0; value < 10; ++value) {
    const std::vector<PenStroke> strokes = digit(value, 50, 40, 190, 14);
    const GrayImage image = draw_strokes(strokes, kSize, kSize);
    const auto by_strokes = read_strokes(reader, image, strokes);
    const auto by_picture = read_number(reader, image);
    REQUIRE((by_strokes && *by_strokes && by_picture && *by_picture));
    REQUIRE((*by_strokes)->lines[0].digits.size() == 1);
    CHECK((*by_strokes)->lines[0].digits[0].answer.probabilities ==
          (*by_picture)->lines[0].digits[0].answer.probabilities);
  }
}

TEST_CASE("Digits that overlap are told apart by their strokes", "[strokes]") {
  Recognizer reader = test::published_recognizer();
  const std::string number = GENERATE("23", "35", "62", "209", "538");
  const float step = GENERATE(40.0f, 46.0f);
  CAPTURE(number, step);
  std::vector<PenStroke> strokes;
  for (std::size_t i = 0; i < number.size(); ++i)
    append(strokes, digit(number[i] - '0', 20 + float(i) * step, 100, 60, 6));
  CHECK(read(reader, strokes) == number);
  // In whichever order they were drawn.
  std::ranges::reverse(strokes);
  CHECK(read(reader, strokes) == number);
}

TEST_CASE("Nothing drawn is blank", "[strokes]") {
  Recognizer reader = test::published_recognizer();
  CHECK(read(reader, {}).empty());
  CHECK(read(reader, {{{-100, -100, 5}}}).empty());
}

}  // namespace
}  // namespace numeral
