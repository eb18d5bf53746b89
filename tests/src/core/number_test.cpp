#include "core/number.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <string>
#include <vector>

#include "native/idx.h"
#include "support/drawing.h"
#include "support/model.h"
#include "support/temporary_folder.h"

namespace numeral {
namespace {

using Catch::Matchers::WithinAbs;
using test::draw;
using test::Placement;
using test::published_recognizer;
using test::Stroke;
using test::Strokes;

/// Two drawings of one size, dark on light, on one canvas.
GrayImage over(GrayImage image, const GrayImage& other) {
  std::transform(image.pixels.begin(), image.pixels.end(), other.pixels.begin(),
                 image.pixels.begin(), [](auto a, auto b) { return std::min(a, b); });
  return image;
}

Placement placed(float left, float top, float size, float brush) {
  Placement placement;
  placement.left = left;
  placement.top = top;
  placement.size = size;
  placement.brush = brush;
  return placement;
}

/// The left and right end of strokes in their unit square.
std::pair<float, float> extent(const Strokes& strokes) {
  float left = 1, right = 0;
  for (const Stroke& stroke : strokes)
    for (const auto& [x, y] : stroke) left = std::min(left, x), right = std::max(right, x);
  return {left, right};
}

/// Draws digits side by side, with gaps between their ink.
GrayImage draw_number(const std::string& digits, float size, float brush, float gap) {
  GrayImage image = draw({}, {});
  float x = 10;
  for (const char c : digits) {
    const Strokes& strokes = test::digit_strokes(c - '0');
    const auto [left, right] = extent(strokes);
    const Placement placement = placed(x + brush / 2 - left * size, 100, size, brush);
    image = over(image, draw(strokes, placement));
    x += (right - left) * size + brush + gap;
  }
  return image;
}

/// The only line that was read.
const Line& single_line(const Result<std::optional<Reading>>& reading) {
  REQUIRE((reading && *reading));
  REQUIRE((*reading)->lines.size() == 1);
  return (*reading)->lines[0];
}

std::string text_of(Recognizer& recognizer, const GrayImage& image) {
  const auto number = read_number(recognizer, image);
  REQUIRE(number);
  return *number ? (*number)->text(recognizer.card()) : "";
}

TEST_CASE("Digits side by side are read as a number", "[number]") {
  Recognizer reader = published_recognizer();
  const float gap = GENERATE(4.0f, 12.0f);
  for (const std::string digits : {"10", "42", "77", "305", "918", "2026", "6174", "31459"}) {
    CAPTURE(digits, gap);
    CHECK(text_of(reader, draw_number(digits, 46, 5, gap)) == digits);
  }
}

TEST_CASE("Every digit has its box and its confidence", "[number]") {
  Recognizer reader = published_recognizer();
  const auto number = read_number(reader, draw_number("2026", 50, 6, 10));
  const std::vector<PlacedDigit>& digits = single_line(number).digits;
  REQUIRE(digits.size() == 4);
  CHECK(digits[0].box.left >= 9);
  CHECK(digits[0].box.left <= 10);
  for (std::size_t i = 0; i < 4; ++i) {
    const Box& box = digits[i].box;
    CHECK(box.top >= 96);
    CHECK(box.bottom <= 154);
    CHECK(box.height() > 40);
    if (i > 0) CHECK(std::abs(box.left - digits[i - 1].box.right - 10) <= 2);
  }
  float product = 1;
  for (const PlacedDigit& digit : digits) {
    CHECK(digit.answer.accepted);
    product *= digit.answer.confidence;
  }
  CHECK_THAT((*number)->confidence(), WithinAbs(product, 1e-6));
  CHECK((*number)->accepted());
}

TEST_CASE("A single digit is read as recognize() does", "[number]") {
  Recognizer reader = published_recognizer();
  const int digit = GENERATE(range(0, 10));
  const float size = GENERATE(60.0f, 200.0f);
  const float brush = GENERATE(8.0f, 20.0f);
  const GrayImage image = draw(test::digit_strokes(digit), placed(40, 30, size, brush));
  const auto number = read_number(reader, image);
  const auto alone = reader.recognize(image);
  REQUIRE((alone && *alone));
  const std::vector<PlacedDigit>& digits = single_line(number).digits;
  REQUIRE(digits.size() == 1);
  CHECK(digits[0].answer.digit == digit);
  CHECK(digits[0].answer.probabilities == (*alone)->probabilities);
}

TEST_CASE("A digit of several components is read as one", "[number]") {
  Recognizer reader = published_recognizer();
  // A 4 with a separate vertical stroke, a 5 with a separate bar, a dotted 0.
  const Strokes four{{{0.3f, 0.05f}, {0.15f, 0.6f}, {0.6f, 0.6f}}, {{0.72f, 0.3f}, {0.7f, 1}}};
  const Strokes five{{{0.2f, 0.12f},
                      {0.17f, 0.45f},
                      {0.5f, 0.42f},
                      {0.68f, 0.6f},
                      {0.62f, 0.85f},
                      {0.4f, 0.97f},
                      {0.12f, 0.9f}},
                     {{0.3f, 0.06f}, {0.75f, 0.03f}}};
  Strokes zero = test::digit_strokes(0);
  zero.push_back({{0.5f, 0.5f}});
  const float brush = GENERATE(8.0f, 12.0f);
  CHECK(text_of(reader, draw(four, placed(40, 40, 200, brush))) == "4");
  CHECK(text_of(reader, draw(five, placed(40, 40, 200, brush))) == "5");
  CHECK(text_of(reader, draw(zero, placed(40, 40, 200, brush))) == "0");

  // Also beside other digits.
  const GrayImage beside = over(draw(four, placed(100, 100, 60, 5)),
                                over(draw(test::digit_strokes(7), placed(30, 100, 60, 5)),
                                     draw(five, placed(170, 100, 60, 5))));
  CHECK(text_of(reader, beside) == "745");
  const auto number = read_number(reader, beside);
  const std::vector<PlacedDigit>& digits = single_line(number).digits;
  REQUIRE(digits.size() == 3);
  // The box of the 5 includes its bar.
  const Box& box_of_five = digits[2].box;
  CHECK(box_of_five.top <= 101);
  CHECK(box_of_five.bottom >= 158);
}

TEST_CASE("What may be two digits or the strokes of one is not accepted", "[number]") {
  Recognizer reader = published_recognizer();
  int doubtful = 0;
  for (float apart = 0.1f; apart < 0.25f; apart += 0.01f) {
    const Strokes four{
        {{0.4f, 0.02f}, {0.34f, 0.37f}, {0.31f, 0.63f}, {0.32f, 0.8f}, {0.42f, 0.83f}},
        {{0.42f + apart, 0.58f}, {0.4f + apart, 0.8f}, {0.36f + apart, 1}}};
    const auto reading = read_number(reader, draw(four, placed(40, 40, 200, 14)));
    REQUIRE((reading && *reading));
    if ((*reading)->text(reader.card()) == "4") continue;
    CHECK_FALSE((*reading)->accepted());
    ++doubtful;
  }
  CHECK(doubtful > 0);
}

TEST_CASE("A number is read light on dark, and where digits overhang", "[number]") {
  Recognizer reader = published_recognizer();
  GrayImage image = draw_number("507", 50, 6, 8);
  for (std::uint8_t& level : image.pixels) level = static_cast<std::uint8_t>(255 - level);
  CHECK(text_of(reader, image) == "507");

  // The bar of the 7 reaches over the 4 without touching it.
  const Strokes seven{{{0.05f, 0.1f}, {0.9f, 0.05f}, {0.45f, 1}}};
  const GrayImage overhanging = over(draw(seven, placed(60, 60, 100, 7)),
                                     draw(test::digit_strokes(4), placed(140, 85, 75, 7)));
  CHECK(text_of(reader, overhanging) == "74");
}

TEST_CASE("A blank image has no number", "[number]") {
  Recognizer reader = published_recognizer();
  CHECK(text_of(reader, draw({}, {})).empty());
}

TEST_CASE("An image with too many components is read as one digit", "[number]") {
  Recognizer reader = published_recognizer();
  GrayImage image = draw({}, {});
  for (int y = 20; y < 260; y += 8)
    for (int x = 20; x < 260; x += 8) image.pixels[std::size_t(y) * 280 + x] = 0;
  const auto number = read_number(reader, image);
  CHECK(single_line(number).digits.size() == 1);
  CHECK_FALSE((*number)->accepted());
}

TEST_CASE("A model whose input is the full image reads it as one", "[number]") {
  ModelCard card = published_recognizer().card();
  card.input_mode = InputMode::kFullImage;
  const auto model = test::published_bytes();
  auto whole = Recognizer::create(card, std::as_bytes(std::span(model)));
  REQUIRE(whole);
  const auto number = read_number(*whole, draw_number("12", 60, 8, 20));
  REQUIRE(single_line(number).digits.size() == 1);
  CHECK(single_line(number).digits[0].box == Box{0, 0, 280, 280});
}

/// The number of digits that are read.
std::size_t count_of(Recognizer& recognizer, const GrayImage& image) {
  const auto number = read_number(recognizer, image);
  return single_line(number).digits.size();
}

TEST_CASE("A number is accepted where each of its digits is", "[number]") {
  const auto digit = [](bool accepted) {
    PlacedDigit made;
    made.answer.accepted = accepted;
    return made;
  };
  Line good, bad_end, bad_start;
  good.digits = {digit(true), digit(true)};
  bad_end.digits = {digit(true), digit(false)};
  bad_start.digits = {digit(false), digit(true)};
  CHECK(good.accepted());
  CHECK_FALSE(bad_end.accepted());
  CHECK_FALSE(bad_start.accepted());

  CHECK(Reading{{good, good}}.accepted());
  CHECK_FALSE(Reading{{good, bad_end}}.accepted());
  CHECK_FALSE(Reading{{bad_start, good}}.accepted());
  CHECK_FALSE(Reading{{good, good}, false}.accepted());
}

TEST_CASE("Components that overlap by more than half of a width are one segment", "[number]") {
  Recognizer reader = published_recognizer();
  // The long bar of a 5 reaches over a 4 beside it.
  Strokes five = test::digit_strokes(5);
  five[0][0].x = 1.25f;
  const auto overhanging = [&](float share) {
    const float four_width = 0.75f * 70 + 7, bar_end = 40 + 125 + 3.5f;
    const float left = bar_end - share * four_width;
    return over(draw(five, placed(40, 40, 100, 7)),
                draw(test::digit_strokes(4), placed(left + 3.5f - 0.15f * 70, 62, 70, 7)));
  };
  CHECK(text_of(reader, overhanging(0.45f)) == "54");
  CHECK(count_of(reader, overhanging(0.55f)) == 1);
}

TEST_CASE("A line under several digits merges them into one segment", "[number]") {
  Recognizer reader = published_recognizer();
  const GrayImage eleven = draw_number("11", 60, 6, 20);
  const float middle = 10 + 6 + 20 / 2;
  const Strokes line{{{0, 0}, {1, 0}}};
  const GrayImage underlined = over(eleven, draw(line, placed(middle - 30, 175, 60, 6)));
  CHECK(text_of(reader, eleven) == "11");
  CHECK(count_of(reader, underlined) == 1);
}

TEST_CASE("The gaps inside a digit are less than 0.3 of the height", "[number]") {
  Recognizer reader = published_recognizer();
  // A 4 in two strokes, with a 7 beside it, which is the tallest.
  const float size = 60, brush = 5;
  const auto apart = [&](float share) {
    const float vertical = 0.6f + (brush + share * (size + brush)) / size;
    const Strokes four{{{0.3f, 0.05f}, {0.15f, 0.6f}, {0.6f, 0.6f}},
                       {{vertical, 0.3f}, {vertical, 1}}};
    return over(draw(test::digit_strokes(7), placed(20, 100, size, brush)),
                draw(four, placed(100, 100, size, brush)));
  };
  CHECK(text_of(reader, apart(0.27f)) == "74");
  CHECK(count_of(reader, apart(0.33f)) == 3);
}

TEST_CASE("A digit has at least 0.4 of the tallest segment's height", "[number]") {
  Recognizer reader = published_recognizer();
  // A small 1 at the foot of a 0.
  const auto beside = [](float share) {
    const float height = share * 105 - 5;
    return over(draw(test::digit_strokes(0), placed(40, 60, 100, 5)),
                draw({{{0, 0}, {0, 1}}}, placed(133, 160 - height, height, 5)));
  };
  CHECK(text_of(reader, beside(0.37f)) == "0");
  CHECK(text_of(reader, beside(0.43f)) == "01");
}

TEST_CASE("One digit of distant segments must be more probable by a factor of e^3", "[number]") {
  Recognizer reader = published_recognizer();
  // Crosses are not digits: the confidence is about 0.1 for each, and for all of them as one digit.
  // That is less than e^3 times as probable as two of 0.1, and more than e^3 times as three.
  const Strokes cross{{{0, 0}, {1, 1}}, {{1, 0}, {0, 1}}};
  GrayImage image = draw(cross, placed(20, 100, 40, 4));
  image = over(image, draw(cross, placed(85, 100, 40, 4)));
  CHECK(count_of(reader, image) == 2);
  image = over(image, draw(cross, placed(150, 100, 40, 4)));
  CHECK(count_of(reader, image) == 1);
}

// From here on: several rows.

/// Where a digit's strokes are drawn.
struct Written {
  int digit;
  float left, top, size;
};

GrayImage write(const std::vector<Written>& page, float brush, float slope = 0) {
  GrayImage image = draw({}, {});
  for (const auto& [digit, left, top, size] : page)
    image = over(image,
                 draw(test::digit_strokes(digit), placed(left, top + slope * left, size, brush)));
  return image;
}

/// Rows of digits, with a distance between them.
std::vector<Written> rows(const std::vector<std::string>& texts, float size, float step_x,
                          float step_y, float left = 15, float top = 15) {
  std::vector<Written> page;
  for (std::size_t row = 0; row < texts.size(); ++row)
    for (std::size_t i = 0; i < texts[row].size(); ++i)
      page.push_back(
          {texts[row][i] - '0', left + float(i) * step_x, top + float(row) * step_y, size});
  return page;
}

TEST_CASE("Rows are read from top to bottom", "[number]") {
  Recognizer reader = test::published_recognizer();
  const auto [texts, expected] = GENERATE(table<std::vector<std::string>, std::string>({
      {{"12", "34"}, "12\n34"},
      {{"191", "937", "965"}, "191\n937\n965"},
      {{"2026", "305", "71"}, "2026\n305\n71"},
      {{"7", "4052"}, "7\n4052"},
  }));
  const float step_y = GENERATE(60.0f, 80.0f);
  CAPTURE(expected, step_y);
  const auto reading = read_number(reader, write(rows(texts, 46, 60, step_y), 5));
  REQUIRE((reading && *reading));
  CHECK((*reading)->text(reader.card()) == expected);
  CHECK((*reading)->accepted());
  REQUIRE((*reading)->lines.size() == texts.size());
  float product = 1;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const Line& line = (*reading)->lines[i];
    CHECK(line.text(reader.card()) == texts[i]);
    for (const PlacedDigit& digit : line.digits) {
      CHECK(std::abs(float(digit.box.top) - (15 + float(i) * step_y)) < 6);
      product *= digit.answer.confidence;
    }
  }
  CHECK_THAT((*reading)->confidence(), WithinAbs(product, 1e-6));
}

TEST_CASE("Columns of single digits are rows of one digit each", "[number]") {
  Recognizer reader = test::published_recognizer();
  const std::string digits = GENERATE("37", "489", "2056", "11", "31", "96");
  const float gap = GENERATE(0.3f, 0.8f);
  CAPTURE(digits, gap);
  const float size = 250 / (float(digits.size()) * (1 + gap));
  std::vector<std::string> texts;
  std::string expected;
  for (const char digit : digits) {
    texts.emplace_back(1, digit);
    expected += (expected.empty() ? "" : "\n") + texts.back();
  }
  const float left = GENERATE(20.0f, 120.0f);
  CHECK(text_of(reader, write(rows(texts, size, 0, size * (1 + gap), left), 0.1f * size)) ==
        expected);
}

TEST_CASE("What may be two digits or the halves of one is not accepted", "[number][mnist]") {
  if (test::mnist_folder().empty()) SKIP("NUMERAL_MNIST is not set");
  const auto mnist = read_idx_dataset(test::mnist_folder(), "t10k", 10);
  REQUIRE(mnist);
  // A 7 above a 5, which look like a 3, above another 5; each pixel is four.
  GrayImage image{96, 220, std::vector<std::uint8_t>(96 * 220, 255)};
  int top = 20;
  for (const std::size_t index : {8555, 7430, 7997}) {
    const GrayImage digit = mnist->image(index);
    for (int y = 0; y < 56; ++y)
      for (int x = 0; x < 56; ++x)
        image.pixels[(top + y) * 96 + 20 + x] = 255 - digit.pixels[y / 2 * 28 + x / 2];
    top += 60;
  }
  Recognizer reader = published_recognizer();
  const auto reading = read_number(reader, image);
  REQUIRE((reading && *reading));
  CHECK_FALSE((*reading)->accepted());
}

TEST_CASE("Tilted rows are read", "[number]") {
  Recognizer reader = test::published_recognizer();
  const float slope = GENERATE(-0.25f, -0.15f, 0.15f, 0.25f);
  CAPTURE(slope);
  const std::vector<Written> page =
      rows({"20261", "30574", "48092"}, 38, 50, 58, 15, slope < 0 ? 80 : 15);
  CHECK(text_of(reader, write(page, 4, slope)) == "20261\n30574\n48092");
}

TEST_CASE("Uneven rows are read", "[number]") {
  Recognizer reader = test::published_recognizer();
  std::vector<Written> page = rows({"26190", "35748"}, 42, 52, 75, 15, 30);
  const float offsets[] = {0, 12, -10, 8, -6};
  for (std::size_t i = 0; i < page.size(); ++i) {
    page[i].top += offsets[i % 5];
    page[i].size *= i % 3 == 0 ? 1 : 0.8f;
  }
  CHECK(text_of(reader, write(page, 5)) == "26190\n35748");
  // A single one is a row, too.
  page.resize(5);
  CHECK(text_of(reader, write(page, 5)) == "26190");
}

TEST_CASE("Short rows at either side are read in reading order", "[number]") {
  Recognizer reader = test::published_recognizer();
  std::vector<Written> page = rows({"52"}, 46, 55, 0, 15, 20);
  for (const Written& digit : rows({"73"}, 46, 55, 0, 160, 100)) page.push_back(digit);
  for (const Written& digit : rows({"4"}, 46, 55, 0, 90, 190)) page.push_back(digit);
  CHECK(text_of(reader, write(page, 5)) == "52\n73\n4");
}

TEST_CASE("What lies above a digit as a part of it is no row", "[number]") {
  Recognizer reader = test::published_recognizer();
  // The bar of a 5 in two strokes; a dotted 0; the 8 of two circles.
  Strokes five = test::digit_strokes(5);
  five[0].erase(five[0].begin());
  five.push_back({{0.32f, -0.12f}, {0.85f, -0.16f}});
  const float top = GENERATE(20.0f, 100.0f);
  GrayImage image = over(draw(five, placed(30, top, 60, 5)),
                         draw(test::digit_strokes(0), placed(120, top, 60, 5)));
  image = over(image, draw({{{0.5f, 0.5f}, {0.51f, 0.5f}}}, placed(120, top, 60, 8)));
  CHECK(text_of(reader, image) == "50");
  // Also where there is another row.
  const GrayImage above = write(rows({"274"}, 60, 80, 0, 20, top < 50 ? 150 : 10), 5);
  CHECK(text_of(reader, over(image, above)) == (top < 50 ? "50\n274" : "274\n50"));

  const Strokes& eight = test::digit_strokes(8);
  const Strokes apart{eight[0], {}};
  const GrayImage circles =
      over(draw(apart, placed(40, 36, 150, 12)), draw({{}, eight[1]}, placed(40, 52, 150, 12)));
  CHECK(text_of(reader, circles) == "8");
}

TEST_CASE("Digits that are cut all along a row are one row", "[number]") {
  Recognizer reader = test::published_recognizer();
  // As where a ruled line was taken out of a photograph.
  GrayImage image = draw_number("2360", 52, 6, 10);
  std::fill_n(image.pixels.begin() + 126 * 280, 3 * 280, std::uint8_t(255));
  CHECK(text_of(reader, image) == "2360");
}

TEST_CASE("Digits that touch the row below are cut", "[number]") {
  Recognizer reader = test::published_recognizer();
  // The tail of a 9 reaches down to the bar of a 7.
  Strokes nine = test::digit_strokes(9);
  nine[0].back().y = 1.63f;
  const GrayImage image = over(write(rows({"26", "14"}, 50, 65, 85), 5),
                               over(draw(nine, placed(150, 15, 50, 5)),
                                    draw(test::digit_strokes(7), placed(150, 100, 50, 5))));
  CHECK(text_of(reader, image) == "269\n147");
}

TEST_CASE("Ink that fits no row is not passed over in silence", "[number]") {
  Recognizer reader = test::published_recognizer();
  const std::vector<Written> page = rows({"52", "73"}, 46, 60, 90, 15, 10);
  const GrayImage image = write(page, 5);
  const auto reading = read_number(reader, image);
  REQUIRE((reading && *reading));
  CHECK((*reading)->accepted());
  // A dash far below.
  const auto with_dash =
      read_number(reader, over(image, draw({{{0, 0}, {1, 0}}}, placed(60, 250, 40, 5))));
  REQUIRE((with_dash && *with_dash));
  CHECK((*with_dash)->text(reader.card()) == "52\n73");
  CHECK_FALSE((*with_dash)->accepted());
}

/// Digits whose ink meets that of the one before, or overlaps it by some pixels: as they are drawn,
/// moved to the left until it does.
GrayImage draw_touching(const std::string& digits, float size, float brush, int overlap = 0) {
  GrayImage image = draw({}, {});
  const auto is_ink = [](const GrayImage& picture, int x, int y) { return picture.at(x, y) < 128; };
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const Strokes& strokes = test::digit_strokes(digits[i] - '0');
    Placement placement = placed(i == 0 ? 15.0f : 0.0f, 100, size, brush);
    if (i > 0) {
      placement.left = 150;
      const GrayImage far = draw(strokes, placement);
      int nearest = 280;
      for (int y = 0; y < 280; ++y) {
        int right = -1, left = 280;
        for (int x = 0; x < 280; ++x) {
          if (is_ink(image, x, y)) right = x;
          if (is_ink(far, 279 - x, y)) left = 279 - x;
        }
        if (right >= 0 && left < 280) nearest = std::min(nearest, left - right - 1);
      }
      placement.left -= float(nearest + overlap);
    }
    image = over(image, draw(strokes, placement));
  }
  return image;
}

TEST_CASE("Digits that touch are cut", "[number]") {
  Recognizer reader = published_recognizer();
  const int overlap = GENERATE(0, 2);
  for (const std::string digits : {"42", "53", "36", "205", "7263", "4096"}) {
    CAPTURE(digits, overlap);
    const auto reading = read_number(reader, draw_touching(digits, 50, 5, overlap));
    REQUIRE((reading && *reading));
    CHECK((*reading)->text(reader.card()) == digits);
    // A picture does not say whether they are digits or a letter.
    CHECK_FALSE((*reading)->accepted());
  }
}

TEST_CASE("A narrow digit that is probably one is not cut", "[number]") {
  Recognizer reader = published_recognizer();
  const Strokes four{{{0.1f, 0}, {0, 0.5f}, {0.15f, 0.5f}}, {{0.1f, 0.25f}, {0.05f, 1}}};
  CHECK(text_of(reader, draw(four, placed(40, 40, 150, 12))) == "4");
}

/// Where the tests put signs.
const Strokes kPoint{{{0, 0}, {0.1f, 0}}}, kComma{{{0.1f, 0}, {0, 1}}}, kMinus{{{0, 0}, {1, 0}}};

TEST_CASE("A point, comma or minus is read where it is asked for, else not accepted", "[number]") {
  Recognizer reader = published_recognizer();
  const auto text_and_accepted = [&](const GrayImage& image, const ReadOptions& options) {
    const auto reading = read_number(reader, image, options);
    REQUIRE((reading && *reading));
    return std::pair((*reading)->text(reader.card()), (*reading)->accepted());
  };
  const GrayImage digits = write({{3, 30, 100, 70}, {4, 150, 100, 70}}, 7);
  const GrayImage point = over(digits, draw(kPoint, placed(118, 168, 10, 9)));
  const GrayImage comma = over(digits, draw(kComma, placed(118, 165, 20, 6)));
  const GrayImage minus = over(digits, draw(kMinus, placed(4, 138, 20, 6)));
  for (const auto& [image, text] : {std::pair(point, "3.4"), {comma, "3,4"}, {minus, "-34"}}) {
    CAPTURE(text);
    CHECK_FALSE(text_and_accepted(image, {}).second);
    CHECK(text_and_accepted(image, {.signs = true}) == std::pair(std::string(text), true));
  }
  CHECK(text_and_accepted(digits, {.signs = true}) == std::pair(std::string("34"), true));
  // A speck of dust; what is no number; what leans like a slash.
  const GrayImage speck = over(digits, draw(kPoint, placed(122, 166, 1, 2)));
  for (const bool signs : {false, true})
    CHECK(text_and_accepted(speck, {.signs = signs}) == std::pair(std::string("34"), true));
  const GrayImage difference = over(digits, draw(kMinus, placed(108, 138, 26, 6)));
  CHECK(text_and_accepted(difference, {.signs = true}) == std::pair(std::string("3-4"), false));
  const GrayImage slash = over(digits, draw({{{0.45f, 0}, {0, 1}}}, placed(105, 92, 85, 7)));
  CHECK_FALSE(text_and_accepted(slash, {}).second);
  CHECK_FALSE(text_and_accepted(slash, {.signs = true}).second);
}

TEST_CASE("Digits keep their places beside signs", "[number]") {
  Recognizer reader = published_recognizer();
  const GrayImage image = over(write({{3, 60, 100, 70}}, 7), draw(kMinus, placed(20, 138, 26, 6)));
  const Line line = single_line(read_number(reader, image, {.signs = true}));
  REQUIRE(line.digits.size() == 1);
  CHECK(line.digits[0].box.left > 50);
  REQUIRE(line.signs.size() == 1);
  CHECK(line.signs[0].before == 0);
  CHECK(line.signs[0].sign == Sign::kMinus);
}

TEST_CASE("A gap that is much wider than the others divides two numbers", "[number]") {
  Recognizer reader = published_recognizer();
  const auto numbers_of = [&](const std::vector<Written>& digits, const ReadOptions& options = {}) {
    const Line line = single_line(read_number(reader, write(digits, 4), options));
    CHECK(line.accepted() == (options.numbers || line.numbers(reader.card()).size() == 1));
    return line.numbers(reader.card());
  };
  const std::vector<Written> apart{
      {1, 10, 100, 40}, {2, 40, 100, 40}, {3, 170, 100, 40}, {4, 215, 100, 40}};
  CHECK(numbers_of(apart) == std::vector<std::string>{"12", "34"});
  CHECK(numbers_of(apart, {.numbers = true}) == std::vector<std::string>{"12", "34"});
  CHECK(text_of(reader, write(apart, 4)) == "1234");
  // Digits far apart, but evenly; and two alone, which have no other gap.
  CHECK(numbers_of({{2, 10, 100, 40}, {3, 110, 100, 40}, {4, 210, 100, 40}}) ==
        std::vector<std::string>{"234"});
  CHECK(numbers_of({{2, 10, 100, 40}, {3, 210, 100, 40}}) == std::vector<std::string>{"23"});
  // 1s are narrow, so that the gaps beside them are wide.
  CHECK(numbers_of({{2, 10, 100, 40},
                    {3, 45, 100, 40},
                    {1, 80, 100, 40},
                    {1, 115, 100, 40},
                    {4, 150, 100, 40}}) == std::vector<std::string>{"23114"});
}

}  // namespace
}  // namespace numeral
