#include "photo/clean_photo.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cmath>
#include <functional>
#include <random>

#include "core/ink.h"
#include "core/number.h"
#include "native/model_files.h"
#include "support/model.h"
#include "support/photograph.h"

namespace numeral {
namespace {

using test::digit_strokes;
using test::number_strokes;
using test::photograph;
using test::Photograph;

/// Uniform random numbers; the same sequence on every system.
class Dice {
 public:
  explicit Dice(unsigned seed) : random_(seed) {}
  float operator()(float least, float most) {
    return least + (most - least) * float(random_() >> 8) / float(1 << 24);
  }
  unsigned any() { return static_cast<unsigned>(random_()); }

 private:
  std::mt19937 random_;
};

using Effect = std::function<void(Photograph&, Dice&)>;

struct Kind {
  const char* name;
  Effect effect;
};

void rule(Photograph& photo, Dice& dice) {
  photo.ruled = dice(0.03f, 0.09f);
  photo.line = dice(0.55f, 0.8f) * photo.paper / 0.9f;
  photo.turn = dice(-8, 8);
}

const std::vector<Kind>& kinds() {
  static const std::vector<Kind> all{
      {"plain", [](Photograph&, Dice&) {}},
      {"uneven light", [](Photograph& p, Dice& d) { p.shade = d(0.3f, 0.7f); }},
      {"a shadow", [](Photograph& p, Dice& d) { p.shadow = d(0.2f, 0.6f); }},
      {"noise", [](Photograph& p, Dice& d) { p.noise = d(5, 18); }},
      {"blur", [](Photograph& p, Dice& d) { p.blur = d(1, 3); }},
      {"ruled paper", rule},
      {"squared paper",
       [](Photograph& p, Dice& d) {
         rule(p, d);
         p.squared = true;
       }},
      {"perspective",
       [](Photograph& p, Dice& d) {
         p.tilt = d(-0.2f, 0.2f);
         p.turn = d(-10, 10);
       }},
      {"faint ink on coloured paper",
       [](Photograph& p, Dice& d) {
         p.paper = d(0.5f, 0.9f);
         p.ink = p.paper * d(0.5f, 0.75f);
       }},
      {"chalk on a board",
       [](Photograph& p, Dice& d) {
         p.paper = d(0.1f, 0.3f);
         p.ink = d(0.7f, 0.95f);
         p.noise = d(0, 10);
       }},
      {"a thin pen", [](Photograph& p, Dice& d) { p.pen = p.size * d(0.02f, 0.03f); }},
      {"a thick pen", [](Photograph& p, Dice& d) { p.pen = p.size * d(0.1f, 0.18f); }},
      {"everything",
       [](Photograph& p, Dice& d) {
         p.paper = d(0.6f, 0.95f);
         p.ink = p.paper * d(0.15f, 0.45f);
         rule(p, d);
         p.squared = d.any() % 2 == 0;
         p.shade = d(0, 0.5f);
         p.shadow = d(0, 0.4f);
         p.noise = d(0, 10);
         p.blur = d(0, 1.5f);
         p.tilt = d(-0.15f, 0.15f);
       }},
  };
  return all;
}

Photograph small_photo(Dice& dice) {
  Photograph photo;
  photo.width = 480;
  photo.height = 360;
  photo.seed = dice.any();
  photo.size = dice(0.3f, 0.65f);
  photo.pen = photo.size * dice(0.04f, 0.09f);
  return photo;
}

std::string text_on(Recognizer& recognizer, const GrayImage& photo) {
  const auto number = read_number(recognizer, clean_photo(photo).image);
  REQUIRE(number);
  return *number ? (*number)->text(recognizer.card()) : "";
}

Recognizer recognizer() {
  auto loaded = load_recognizer(test::published_model());
  REQUIRE(loaded);
  return std::move(*loaded);
}

TEST_CASE("Photographs of digits and numbers are read, at least 95 of 100", "[clean_photo]") {
  Recognizer reader = recognizer();
  int all_right = 0, all = 0;
  for (const auto& [name, effect] : kinds()) {
    Dice dice(7);
    int right = 0, count = 0;
    for (int i = 0; i < 20; ++i, ++count) {
      std::string digits(1, static_cast<char>('0' + i % 10));
      Photograph photo = small_photo(dice);
      if (i >= 10) {
        digits += static_cast<char>('0' + dice.any() % 10);
        photo.size = std::min(photo.size, 0.4f);
      }
      effect(photo, dice);
      right += text_on(reader, photograph(number_strokes(digits), photo)) == digits;
    }
    CAPTURE(name, right, count);
    CHECK(right * 100 >= count * 95);
    all_right += right;
    all += count;
  }
  CHECK(all_right * 100 >= all * 95);
}

TEST_CASE("Dark writing is dark though a lamp is reflected", "[clean_photo]") {
  Recognizer reader = recognizer();
  Dice dice(11);
  int right = 0;
  for (int i = 0; i < 20; ++i) {
    Photograph photo = small_photo(dice);
    photo.paper = dice(0.35f, 0.6f);
    photo.ink = photo.paper * dice(0.2f, 0.5f);
    photo.noise = 3;
    photo.glare = dice(0.02f, 0.05f);
    if (i % 2 == 0) photo.shadow = dice(0.1f, 0.3f);
    // Beside the writing.
    photo.size = 0.25f;
    photo.pen = 0.015f;
    const std::string digit(1, static_cast<char>('0' + i % 10));
    const GrayImage image = photograph(number_strokes(digit), photo);
    Photograph without = photo;
    without.glare = 0;
    REQUIRE(text_on(reader, photograph(number_strokes(digit), without)) == digit);
    const GrayImage clean = clean_photo(image).image;
    // Most of the paper is white, and the strokes are there.
    const auto dark = std::ranges::count_if(clean.pixels, [](int level) { return level < 128; });
    const auto expected =
        std::ranges::count_if(clean_photo(photograph(number_strokes(digit), without)).image.pixels,
                              [](int level) { return level < 128; });
    right += dark > expected / 2 && dark < 2 * expected;
  }
  CAPTURE(right);
  CHECK(right >= 18);
}

TEST_CASE("Numbers in tight strips are read", "[clean_photo]") {
  Recognizer reader = recognizer();
  Dice dice(13);
  int right = 0;
  const std::vector<std::string> numbers{"17714", "44444", "1471", "71747", "94174", "1114711"};
  for (const std::string& number : numbers)
    for (const float noise : {2.0f, 9.0f}) {
      Photograph photo;
      photo.seed = dice.any();
      photo.height = 80;
      photo.width = 80 * static_cast<int>(number.size());
      photo.size = 0.85f / float(number.size());
      photo.pen = 0.07f / float(number.size());
      photo.paper = 0.7f;
      photo.ink = 0.3f;
      photo.noise = noise;
      right += text_on(reader, photograph(number_strokes(number), photo)) == number;
    }
  CAPTURE(right);
  CHECK(right == 12);
}

TEST_CASE("Paper with nothing written on it is blank", "[clean_photo]") {
  Recognizer reader = recognizer();
  for (const auto& [name, effect] : kinds()) {
    CAPTURE(name);
    Dice dice(3);
    Photograph photo = small_photo(dice);
    effect(photo, dice);
    CHECK(text_on(reader, photograph({}, photo)).empty());
  }
}

TEST_CASE("Objects that reach in from the edge are removed", "[clean_photo]") {
  Recognizer reader = recognizer();
  Dice dice(5);
  Photograph photo = small_photo(dice);
  GrayImage image = photograph(number_strokes("3"), photo);
  for (int y = 0; y < image.height; ++y)
    for (int x = 0; x < 20 + y / 10; ++x) image.pixels[std::size_t(y) * image.width + x] = 30;
  CHECK(text_on(reader, image) == "3");
}

TEST_CASE("A clean drawing is still recognised", "[clean_photo]") {
  Recognizer reader = recognizer();
  for (int digit = 0; digit < 10; ++digit) {
    CAPTURE(digit);
    CHECK(text_on(reader, test::draw(digit_strokes(digit), {})) == std::to_string(digit));
  }
}

TEST_CASE("A cleaned photograph has the same size", "[clean_photo]") {
  CHECK(clean_photo({}).image.pixels.empty());
  for (const auto& [width, height] : {std::pair{1, 1}, {1, 500}, {700, 2}, {3, 3}, {60, 60}}) {
    // Black: no light at all, to divide by.
    for (const std::uint8_t level : std::vector<std::uint8_t>{0, 1, 128, 255}) {
      CAPTURE(width, height, level);
      const std::vector<std::uint8_t> even(std::size_t(width) * height, level);
      const GrayImage clean = clean_photo({width, height, even}).image;
      CHECK(clean.width == width);
      CHECK(clean.height == height);
      CHECK(clean.pixels == std::vector<std::uint8_t>(even.size(), 255));
    }
  }
}

/// Grey paper, on which boxes are drawn. `depth` is the fraction of the light that ink takes.
class Sheet {
 public:
  Sheet(int width, int height)
      : image_{width, height, std::vector<std::uint8_t>(std::size_t(width) * height, 200)} {}

  Sheet& with(Box box, float depth) {
    for (int y = box.top; y < box.bottom; ++y)
      for (int x = box.left; x < box.right; ++x) pixel(x, y) = level_of(depth);
    return *this;
  }

  /// Fills it with squares of 8 pixels, of three levels in turn.
  Sheet& with_noise() {
    for (int y = 0; y < image_.height; ++y)
      for (int x = 0; x < image_.width; ++x)
        pixel(x, y) = level_of(0.025f * float((x / 8 + y / 8) % 3));
    return *this;
  }

  /// Whether there is ink at a pixel after cleaning.
  bool shows(int x, int y) const { return clean_photo(image_).image.at(x, y) < 255; }

  /// The level there.
  int level(int x, int y) const { return clean_photo(image_).image.at(x, y); }

  /// Whether nothing like the writing was left out.
  bool is_complete() const { return clean_photo(image_).is_complete; }

  bool is_blank() const {
    return std::ranges::all_of(clean_photo(image_).image.pixels,
                               [](int level) { return level == 255; });
  }

 private:
  static std::uint8_t level_of(float depth) {
    return static_cast<std::uint8_t>(std::lround(200 * (1 - depth)));
  }

  std::uint8_t& pixel(int x, int y) { return image_.pixels[std::size_t(y) * image_.width + x]; }

  GrayImage image_;
};

constexpr Box kStroke{100, 100, 112, 250};

TEST_CASE("Specks are removed", "[clean_photo]") {
  // Writing has at least 2 % of the longer side, here 8 pixels, and 12 % of the largest component.
  CHECK(Sheet(400, 100).with({200, 50, 205, 55}, 0.8f).is_blank());
  CHECK(Sheet(400, 100).with({200, 50, 209, 59}, 0.8f).shows(204, 54));
  const Sheet stroke = Sheet(400, 400).with({100, 50, 112, 250}, 0.8f);
  CHECK_FALSE(Sheet(stroke).with({200, 150, 220, 170}, 0.8f).shows(210, 160));
  CHECK(Sheet(stroke).with({200, 150, 226, 176}, 0.8f).shows(210, 160));
}

TEST_CASE("A point as thick as the pen at the foot of writing is kept", "[clean_photo]") {
  const Sheet stroke = Sheet(400, 400).with({100, 50, 112, 250}, 0.8f);
  CHECK(Sheet(stroke).with({200, 238, 212, 250}, 0.8f).shows(206, 244));
  CHECK_FALSE(Sheet(stroke).with({200, 138, 212, 150}, 0.8f).shows(206, 144));
  CHECK_FALSE(Sheet(stroke).with({200, 243, 207, 250}, 0.8f).shows(203, 246));
}

TEST_CASE("A faint smudge beside writing is removed", "[clean_photo]") {
  const Sheet stroke = Sheet(400, 400).with(kStroke, 0.8f);
  CHECK_FALSE(Sheet(stroke).with({200, 150, 230, 180}, 0.8f * 0.65f).shows(215, 165));
  CHECK(Sheet(stroke).with({200, 150, 230, 180}, 0.8f * 0.75f).shows(215, 165));
}

TEST_CASE("The blurred edge of writing is removed", "[clean_photo]") {
  const Sheet stroke = Sheet(400, 400).with(kStroke, 0.8f);
  CHECK_FALSE(Sheet(stroke).with({112, 100, 124, 250}, 0.8f * 0.22f).shows(118, 175));
  CHECK(Sheet(stroke).with({112, 100, 124, 250}, 0.8f * 0.3f).shows(118, 175));
  // With pale writing: ink that takes less than 5 % of the light.
  const Sheet pale = Sheet(400, 400).with(kStroke, 0.14f);
  CHECK_FALSE(Sheet(pale).with({112, 100, 124, 250}, 0.045f).shows(118, 175));
  CHECK(Sheet(pale).with({112, 100, 124, 250}, 0.055f).shows(118, 175));
}

TEST_CASE("Writing is found among lines that are most of the ink", "[clean_photo]") {
  // Stairs are no ruled lines, hold all together, and reach the edges.
  Sheet paper(400, 400);
  for (int offset = -400; offset < 400; offset += 16)
    for (int x = 0; x < 400; x += 8)
      if (const int y = x + offset; y >= 0 && y < 390) paper.with({x, y, x + 8, y + 9}, 0.15f);
  CHECK(paper.is_blank());
  CHECK(Sheet(paper).with({200, 100, 212, 250}, 0.8f).shows(206, 200));
  CHECK_FALSE(Sheet(paper).with({200, 100, 212, 250}, 0.8f).shows(300, 300));
  // Too little of it, and not dark enough.
  CHECK(Sheet(paper).with({200, 100, 207, 107}, 0.8f).is_blank());
  CHECK(Sheet(paper).with({200, 100, 212, 250}, 0.3f).is_blank());
}

TEST_CASE("Writing takes at least 12 % of the light", "[clean_photo]") {
  CHECK(Sheet(400, 400).with(kStroke, 0.11f).is_blank());
  CHECK(Sheet(400, 400).with(kStroke, 0.13f).shows(106, 175));
}

TEST_CASE("Writing stands out from noise", "[clean_photo]") {
  const Sheet paper = Sheet(256, 256).with_noise();
  CHECK(paper.is_blank());
  CHECK(Sheet(paper).with(kStroke, 0.2f).is_blank());
  CHECK(Sheet(paper).with(kStroke, 0.4f).shows(106, 175));
}

TEST_CASE("A few dark pixels do not decide the writing's darkness", "[clean_photo]") {
  const Sheet stroke = Sheet(400, 400).with(kStroke, 0.4f);
  // They are 7 % of the ink, then 27 %.
  CHECK(Sheet(stroke).with({200, 150, 212, 162}, 0.95f).shows(106, 175));
  CHECK_FALSE(Sheet(stroke).with({200, 150, 226, 176}, 0.95f).shows(106, 175));
}

TEST_CASE("The blur against noise halves a line of one pixel", "[clean_photo]") {
  const bool is_vertical = GENERATE(true, false);
  const auto line = [&](int thickness) {
    const Box vertical{100, 100, 100 + thickness, 150}, horizontal{100, 100, 150, 100 + thickness};
    return Sheet(400, 400).with(is_vertical ? vertical : horizontal, 0.2f);
  };
  CHECK(line(1).is_blank());
  CHECK_FALSE(line(2).is_blank());
}

TEST_CASE("Components that touch an edge are removed", "[clean_photo]") {
  for (const Box box :
       {Box{0, 150, 50, 170}, {350, 150, 400, 170}, {150, 0, 170, 50}, {150, 350, 170, 400}}) {
    CAPTURE(box.left, box.top);
    CHECK(Sheet(400, 400).with(box, 0.8f).is_blank());
  }
  CHECK(Sheet(400, 400).with({2, 2, 398, 12}, 0.8f).shows(200, 6));
}

TEST_CASE("Writing that the edge cuts into is kept beside other writing", "[clean_photo]") {
  // An arm from the edge to a stem as high as the stroke.
  const auto with_angle = [](float top, float bottom) {
    const int from = static_cast<int>(top), to = static_cast<int>(bottom);
    return Sheet(400, 400)
        .with({200, 100, 212, 250}, 0.8f)
        .with({0, from, 42, from + 12}, 0.8f)
        .with({30, from, 42, to}, 0.8f);
  };
  CHECK(with_angle(100, 250).shows(36, 200));
  // At least 0.6 and at most 1.6 times as high.
  CHECK(with_angle(100, 200).shows(36, 150));
  CHECK_FALSE(with_angle(100, 180).shows(36, 150));
  CHECK(with_angle(100, 335).shows(36, 200));
  CHECK_FALSE(with_angle(100, 350).shows(36, 200));
  // A stroke along the edge, and one without a form, are objects.
  const Sheet stroke = Sheet(400, 400).with({200, 100, 212, 250}, 0.8f);
  CHECK_FALSE(Sheet(stroke).with({0, 100, 12, 250}, 0.8f).shows(6, 200));
  CHECK_FALSE(Sheet(stroke).with({100, 0, 112, 150}, 0.8f).shows(106, 100));
}

TEST_CASE("A photograph that is cropped to its ink is read", "[clean_photo]") {
  Recognizer reader = recognizer();
  const bool is_dark = GENERATE(true, false);
  for (const int digit : {0, 2, 3, 4, 5, 6, 7, 8, 9}) {
    CAPTURE(digit, is_dark);
    test::Placement placement;
    placement.brush = 12;
    placement.ink = is_dark ? 40 : 220;
    placement.paper = is_dark ? 220 : 40;
    const GrayImage image = test::draw(digit_strokes(digit), placement);
    const auto ink = find_ink(image);
    REQUIRE(ink);
    GrayImage cropped{ink->values.width, ink->values.height, {}};
    for (int y = 0; y < cropped.height; ++y)
      for (int x = 0; x < cropped.width; ++x)
        cropped.pixels.push_back(image.at(ink->left + x, ink->top + y));
    CHECK(text_on(reader, cropped) == std::to_string(digit));
  }
}

TEST_CASE("Writing with a fainter pen is kept, and becomes as dark", "[clean_photo]") {
  const Sheet stroke = Sheet(400, 400).with(kStroke, 0.8f);
  const auto with_angle = [&](float depth) {
    return Sheet(stroke)
        .with({200, 100, 240, 112}, 0.8f * depth)
        .with({228, 112, 240, 250}, 0.8f * depth);
  };
  CHECK(with_angle(0.5f).level(234, 200) == 0);
  CHECK(with_angle(0.32f).level(234, 200) == 0);
  CHECK_FALSE(with_angle(0.28f).shows(234, 200));
  // A smudge has no strokes.
  CHECK_FALSE(Sheet(stroke).with({200, 100, 240, 250}, 0.8f * 0.5f).shows(220, 175));
}

TEST_CASE("What is left out, though it is much like the writing, is told", "[clean_photo]") {
  const Sheet stroke = Sheet(400, 400).with({200, 100, 212, 250}, 0.8f);
  CHECK(stroke.is_complete());
  CHECK(Sheet(400, 400).is_complete());

  // A stroke along the edge, of 0.4 to 1.6 times the height.
  const auto at_edge = [&](int height) {
    return Sheet(stroke).with({0, 100, 12, 100 + height}, 0.8f);
  };
  CHECK_FALSE(at_edge(150).shows(6, 150));
  CHECK_FALSE(at_edge(150).is_complete());
  CHECK_FALSE(at_edge(70).is_complete());
  CHECK_FALSE(at_edge(230).is_complete());
  CHECK(at_edge(50).is_complete());
  CHECK(at_edge(260).is_complete());

  // Strokes with a pen that is too faint; a smudge has none.
  const auto fainter = [&](float depth) {
    return Sheet(stroke)
        .with({100, 100, 140, 112}, 0.8f * depth)
        .with({128, 112, 140, 250}, 0.8f * depth);
  };
  CHECK(fainter(0.5f).is_complete());
  CHECK_FALSE(fainter(0.25f).shows(134, 200));
  CHECK_FALSE(fainter(0.25f).is_complete());
  CHECK(fainter(0.15f).is_complete());
  CHECK(Sheet(stroke).with({100, 100, 140, 250}, 0.8f * 0.25f).is_complete());
}

TEST_CASE("What reaches in may have writing in it that it touches", "[clean_photo]") {
  const Sheet stroke = Sheet(400, 400).with({200, 100, 212, 250}, 0.8f);
  // A shadow's edge or a wire, from the top to the bottom, alone, and through a digit.
  const auto with_wire = [&](int x) { return Sheet(stroke).with({x, 0, x + 20, 400}, 0.8f); };
  CHECK(with_wire(140).is_complete());
  CHECK_FALSE(with_wire(140).with({140, 100, 185, 112}, 0.8f).is_complete());
  CHECK_FALSE(with_wire(140).with({140, 100, 185, 112}, 0.8f).shows(180, 106));
  // Far from the writing.
  CHECK(with_wire(20).with({20, 100, 65, 112}, 0.8f).is_complete());
}

TEST_CASE("Writing that crosses its cell's border to the edge may be cut", "[clean_photo]") {
  const auto with_stem = [](Sheet sheet, int bottom) {
    return sheet.with({150, 100, 212, 112}, 0.8f).with({200, 100, 212, bottom}, 0.8f);
  };
  const Sheet cell = Sheet(400, 400)
                         .with({10, 10, 390, 14}, 0.4f)
                         .with({10, 386, 390, 390}, 0.4f)
                         .with({10, 10, 14, 390}, 0.4f)
                         .with({386, 10, 390, 390}, 0.4f);
  CHECK(with_stem(cell, 350).is_complete());
  CHECK(with_stem(cell, 400).shows(206, 300));
  CHECK_FALSE(with_stem(cell, 400).is_complete());
  // Without lines it is cropped to its ink.
  CHECK(with_stem(Sheet(400, 400), 400).is_complete());
}

TEST_CASE("Dark areas wider than an eighth of the image are shadows", "[clean_photo]") {
  const int scale = GENERATE(1, 2);
  const auto square = [&](int side) {
    return Sheet(256 * scale, 256 * scale)
        .with({100 * scale, 100 * scale, (100 + side) * scale, (100 + side) * scale}, 0.8f);
  };
  CHECK(square(30).shows(115 * scale, 115 * scale));
  CHECK_FALSE(square(36).shows(118 * scale, 118 * scale));
}

TEST_CASE("The remains of ruled lines are removed", "[clean_photo]") {
  const Sheet plain(400, 400);
  Sheet ruled = plain;
  for (int y = 20; y < 400; y += 40) ruled.with({0, y, 400, y + 2}, 0.25f);
  CHECK(ruled.is_blank());
  for (const Box thin : {Box{180, 198, 220, 202}, {198, 185, 202, 215}}) {
    CHECK(Sheet(plain).with(thin, 0.8f).shows(200, 200));
    CHECK_FALSE(Sheet(ruled).with(thin, 0.8f).shows(200, 200));
  }
  CHECK(Sheet(ruled).with({180, 195, 220, 205}, 0.8f).shows(200, 200));
}

}  // namespace
}  // namespace numeral
