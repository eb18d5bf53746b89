#include "core/strokes.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "support/drawing.h"
#include "support/model.h"

namespace numeral {
namespace {

/// Strokes in a square of `size` pixels, with points so near together that corners stay.
std::vector<PenStroke> placed(const test::Strokes& shape, float left, float top, float size) {
  std::vector<PenStroke> strokes;
  for (const test::Stroke& stroke : shape) {
    strokes.emplace_back();
    for (std::size_t i = 0; i < stroke.size(); ++i)
      for (int k = i == 0 ? 10 : 1; k <= 10; ++k) {
        const auto& [x0, y0] = stroke[i == 0 ? 0 : i - 1];
        const float t = float(k) / 10, x = std::lerp(x0, stroke[i].x, t);
        strokes.back().push_back({left + x * size, top + std::lerp(y0, stroke[i].y, t) * size});
      }
  }
  return strokes;
}

std::vector<PenStroke> digit(int value, float left, float top, float size) {
  return placed(test::digit_strokes(value), left, top, size);
}

void append(std::vector<PenStroke>& strokes, const std::vector<PenStroke>& more) {
  strokes.insert(strokes.end(), more.begin(), more.end());
}

/// Digits of 60 pixels, `step` pixels apart.
std::vector<PenStroke> number(const std::string& digits, float step, float top = 100) {
  std::vector<PenStroke> strokes;
  for (std::size_t i = 0; i < digits.size(); ++i)
    append(strokes, digit(digits[i] - '0', 20 + float(i) * step, top, 60));
  return strokes;
}

Reading read(const std::vector<PenStroke>& strokes, float pen, const ReadOptions& options = {}) {
  static Recognizer reader = test::published_recognizer();
  const auto reading = read_strokes(reader, {strokes, pen}, options);
  REQUIRE((reading && *reading));
  return **reading;
}

std::string text(const Reading& reading) {
  static const ModelCard card = test::published_recognizer().card();
  return reading.text(card);
}

TEST_CASE("A drawing of one digit is read as its picture is", "[strokes]") {
  Recognizer reader = test::published_recognizer();
  const int value = GENERATE(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
  CAPTURE(value);
  const Reading by_strokes = read(digit(value, 40, 40, 200), 20);
  const auto by_picture = read_number(reader, test::draw(test::digit_strokes(value), {}));
  REQUIRE((by_picture && *by_picture));
  REQUIRE(text(by_strokes) == std::to_string(value));
  CHECK(by_strokes.accepted() == (*by_picture)->accepted());
  CHECK(std::abs(by_strokes.confidence() - (*by_picture)->confidence()) < 0.02f);
  const Box &drawn = by_strokes.lines[0].digits[0].box,
            &seen = (*by_picture)->lines[0].digits[0].box;
  CHECK(std::abs(drawn.left - seen.left) <= 2);
  CHECK(std::abs(drawn.bottom - seen.bottom) <= 2);
}

TEST_CASE("Digits that overlap are told apart by their strokes", "[strokes]") {
  const std::string digits = GENERATE("23", "62", "209", "538");
  CAPTURE(digits);
  std::vector<PenStroke> strokes = number(digits, 42);
  CHECK(text(read(strokes, 6)) == digits);
  // In whichever order they were drawn.
  std::ranges::reverse(strokes);
  CHECK(text(read(strokes, 6)) == digits);
}

TEST_CASE("One stroke that carries two digits is cut", "[strokes]") {
  std::vector<PenStroke> strokes = number("27", 60);
  REQUIRE(strokes.size() == 2);
  // The 7 from its foot on, where the 2 ends.
  strokes[0].insert(strokes[0].end(), strokes[1].rbegin(), strokes[1].rend());
  strokes.pop_back();
  CHECK(text(read(strokes, 6)) == "27");
}

TEST_CASE("Rows of strokes are lines", "[strokes]") {
  std::vector<PenStroke> strokes = number("42", 70, 20);
  append(strokes, number("7", 70, 150));
  const Reading reading = read(strokes, 6);
  CHECK(text(reading) == "42\n7");
}

TEST_CASE("A number is not accepted where it has more strokes than its digits could", "[strokes]") {
  const std::vector<PenStroke> once = number("1111", 60);
  std::vector<PenStroke> strokes;
  for (int times = 1; times <= 16; ++times) {
    append(strokes, once);
    const Reading reading = read(strokes, 6);
    CHECK(text(reading) == "1111");
    CHECK(reading.accepted() == (times <= 7));
  }
  // A digit alone may have been gone over.
  strokes = digit(3, 40, 40, 200);
  for (int times = 1; times < 40; ++times) append(strokes, digit(3, 40, 40, 200));
  CHECK(read(strokes, 20).accepted());
}

TEST_CASE("Signs among strokes are read where they are asked for", "[strokes]") {
  std::vector<PenStroke> strokes = number("35", 80);
  strokes.push_back({{90, 160}});
  CHECK_FALSE(read(strokes, 6).accepted());
  const Reading with_point = read(strokes, 6, {.alternatives = 3, .signs = true});
  CHECK(text(with_point) == "3.5");
  CHECK(with_point.accepted());
  REQUIRE_FALSE(with_point.lines[0].alternatives.empty());
  for (const Alternative& other : with_point.lines[0].alternatives)
    CHECK(other.text.substr(1, 1) == ".");
  // Texts that are possible have no signs.
  const Hints hints{.among = {"35", "36"}};
  CHECK_FALSE(read(strokes, 6, {.hints = hints, .signs = true}).accepted());

  strokes.push_back({{-20, 130}, {0, 130}});
  CHECK(text(read(strokes, 6, {.signs = true})) == "-3.5");
  CHECK(read(strokes, 6, {.signs = true}).accepted());
}

TEST_CASE("A bar across a digit is no minus, as it touches another stroke", "[strokes]") {
  std::vector<PenStroke> strokes = number("27", 80);
  strokes.push_back({{115, 130}, {145, 130}});
  for (const bool signs : {false, true}) {
    const Reading reading = read(strokes, 6, {.signs = signs});
    CHECK(text(reading) == "27");
    CHECK(reading.accepted());
  }
}

TEST_CASE("Strokes may be of any size and anywhere", "[strokes]") {
  const float size = GENERATE(0.001f, 5.0f, 5000.0f);
  CAPTURE(size);
  CHECK(text(read(digit(3, -2 * size, 7 * size, size), 0)) == "3");
}

TEST_CASE("The width of a line follows from pen and pressure, or is its own", "[strokes]") {
  const auto width_of_one = [](float pen, float pressure, float width) {
    const Reading reading =
        read({{{50, 20, pressure, 0, width}, {50, 120, pressure, 0, width}}}, pen);
    return reading.lines[0].digits[0].box.width();
  };
  CHECK(width_of_one(10, 0.5f, 0) == 10);
  CHECK(width_of_one(10, 1, 0) == 16);
  CHECK(width_of_one(10, 1, 12) == 12);
  CHECK(width_of_one(10, 1, 24) == 24);
}

/// What people draw that is no number.
struct Shape {
  const char* name;
  std::vector<PenStroke> strokes;  ///< in a unit square
};

const std::vector<Shape>& no_numbers() {
  static const std::vector<Shape> shapes{
      {"asterisk",
       {{{0.5f, 0}, {0.5f, 1}},
        {{0.07f, 0.25f}, {0.93f, 0.75f}},
        {{0.07f, 0.75f}, {0.93f, 0.25f}}}},
      {"plus", {{{0.5f, 0}, {0.5f, 1}}, {{0, 0.5f}, {1, 0.5f}}}},
      {"cross", {{{0, 0}, {1, 1}}, {{1, 0}, {0, 1}}}},
      {"hash",
       {{{0.33f, 0}, {0.3f, 1}},
        {{0.7f, 0}, {0.67f, 1}},
        {{0, 0.35f}, {1, 0.33f}},
        {{0, 0.68f}, {1, 0.66f}}}},
      {"arrow", {{{0, 0.5f}, {1, 0.5f}}, {{0.7f, 0.2f}, {1, 0.5f}, {0.7f, 0.8f}}}},
      {"equals", {{{0, 0.35f}, {1, 0.35f}}, {{0, 0.65f}, {1, 0.65f}}}},
      {"H", {{{0, 0}, {0, 1}}, {{1, 0}, {1, 1}}, {{0, 0.5f}, {1, 0.5f}}}},
      {"M", {{{0, 1}, {0, 0}}, {{0, 0}, {0.4f, 0.6f}, {0.8f, 0}, {0.8f, 1}}}},
      {"A", {{{0.4f, 0}, {0, 1}}, {{0.4f, 0}, {0.8f, 1}}, {{0.15f, 0.6f}, {0.65f, 0.6f}}}},
      {"R",
       {{{0, 0}, {0, 1}},
        {{0, 0}, {0.6f, 0.1f}, {0.6f, 0.4f}, {0, 0.5f}, {0.3f, 0.7f}, {0.7f, 1}}}},
  };
  return shapes;
}

TEST_CASE("What is no number is not accepted because of its strokes", "[strokes]") {
  Recognizer reader = test::published_recognizer();
  for (const auto& [name, shape] : no_numbers())
    for (const float size : {60.0f, 110.0f})
      for (const float slant : {-0.1f, 0.0f, 0.1f}) {
        CAPTURE(name, size, slant);
        std::vector<PenStroke> strokes = shape;
        for (PenStroke& stroke : strokes)
          for (StrokePoint& point : stroke)
            point = {(point.x + slant * (0.5f - point.y)) * size, point.y * size};
        CHECK_FALSE(read(strokes, 8).accepted());
      }
}

TEST_CASE("A digit over another is no number", "[strokes]") {
  std::vector<PenStroke> strokes = digit(2, 40, 40, 100);
  append(strokes, digit(0, 45, 40, 100));
  CHECK_FALSE(read(strokes, 8).accepted());
}

TEST_CASE("A digit that is several by its strokes keeps its text, but is not accepted",
          "[strokes]") {
  const test::Strokes four{{{0.1f, 0}, {0, 0.7f}, {0.1f, 0.7f}}, {{0.2f, 0}, {0.1f, 1}}};
  const Reading reading = read(placed(four, 40, 40, 150), 6);
  CHECK(text(reading) == "4");
  CHECK_FALSE(reading.accepted());
}

TEST_CASE("A digit that is drawn over once more stays one", "[strokes]") {
  std::vector<PenStroke> strokes = digit(2, 40, 40, 100);
  append(strokes, digit(2, 42, 40, 100));
  const Reading reading = read(strokes, 8);
  CHECK(text(reading) == "2");
  CHECK(reading.accepted());
}

TEST_CASE("Digits that touch are accepted where strokes and picture say the same", "[strokes]") {
  // Two circles that touch, which no gap divides.
  std::vector<PenStroke> strokes;
  for (const float left : {0.0f, 46.0f}) {
    strokes.emplace_back();
    for (int i = 0; i <= 32; ++i) {
      const float angle = float(i) * 2 * 3.14159f / 32;
      strokes.back().push_back({left + 20 * std::sin(angle), -40 * std::cos(angle)});
    }
  }
  const Reading reading = read(strokes, 8);
  CHECK(text(reading) == "00");
  CHECK(reading.accepted());
}

TEST_CASE("More strokes than digits have are read as a picture", "[strokes]") {
  std::vector<PenStroke> strokes;
  for (int i = 0; i < 100; ++i) append(strokes, digit(1, 40, 40, 200));
  CHECK(text(read(strokes, 20)) == "1");
}

TEST_CASE("No strokes are blank, and no numbers an error", "[strokes]") {
  Recognizer reader = test::published_recognizer();
  for (const auto& strokes : {std::vector<PenStroke>{}, std::vector<PenStroke>{{}}}) {
    const auto blank = read_strokes(reader, {strokes});
    REQUIRE(blank);
    CHECK(!*blank);
  }
  const float nan = std::numeric_limits<float>::quiet_NaN();
  CHECK(!read_strokes(reader, {{{{nan, 0}}}}));
  CHECK(!read_strokes(reader, {{{{0, 0, 0.5f, 0, nan}}}}));
  // A dot has no size.
  CHECK(read_strokes(reader, {{{{5, 5}}}}));
}

TEST_CASE("Hints decide between readings", "[strokes]") {
  ReadOptions options;
  options.hints.among = {"17", "42"};
  const std::vector<PenStroke> drawn = number("42", 70);
  CHECK(text(read(drawn, 6, options)) == "42");
  CHECK(read(drawn, 6, options).accepted());
  // What it is not is not accepted, whatever the hints say.
  options.hints.among = {"95"};
  CHECK(!read(drawn, 6, options).accepted());
  options.hints = {3, 3, {}};
  CHECK(!read(drawn, 6, options).accepted());
}

}  // namespace
}  // namespace numeral
