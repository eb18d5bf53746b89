#include "photo.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <functional>
#include <random>

#include "model_files.h"
#include "number.h"
#include "support/model.h"
#include "support/photograph.h"

namespace numeral {
namespace {

using test::digit_strokes;
using test::photograph;
using test::Photograph;
using test::Stroke;
using test::Strokes;

/// Draws evenly from a range; the same sequence on every system.
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

/// Digits side by side, around the middle of the unit square.
Strokes strokes_of(const std::string& digits) {
  Strokes all;
  const float first = 0.5f - float(digits.size()) / 2;
  for (std::size_t i = 0; i < digits.size(); ++i)
    for (Stroke stroke : digit_strokes(digits[i] - '0')) {
      for (auto& point : stroke) point.x += first + float(i);
      all.push_back(std::move(stroke));
    }
  return all;
}

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
  const auto number = read_number(recognizer, clean_photo(photo));
  REQUIRE(number);
  return *number ? (*number)->text(recognizer.card()) : "";
}

Recognizer recognizer() {
  auto loaded = load_recognizer(test::published_model());
  REQUIRE(loaded);
  return std::move(*loaded);
}

TEST_CASE("Photographs of digits and numbers are read, at least 95 of 100", "[photo]") {
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
      right += text_on(reader, photograph(strokes_of(digits), photo)) == digits;
    }
    CAPTURE(name, right, count);
    CHECK(right * 100 >= count * 95);
    all_right += right;
    all += count;
  }
  CHECK(all_right * 100 >= all * 95);
}

TEST_CASE("Paper with nothing written on it is blank", "[photo]") {
  Recognizer reader = recognizer();
  for (const auto& [name, effect] : kinds()) {
    CAPTURE(name);
    Dice dice(3);
    Photograph photo = small_photo(dice);
    effect(photo, dice);
    CHECK(text_on(reader, photograph({}, photo)).empty());
  }
}

TEST_CASE("What reaches in from the edge is left out", "[photo]") {
  Recognizer reader = recognizer();
  Dice dice(5);
  Photograph photo = small_photo(dice);
  GrayImage image = photograph(strokes_of("3"), photo);
  for (int y = 0; y < image.height; ++y)
    for (int x = 0; x < 20 + y / 10; ++x) image.pixels[std::size_t(y) * image.width + x] = 30;
  CHECK(text_on(reader, image) == "3");
}

TEST_CASE("A clean drawing stays one", "[photo]") {
  Recognizer reader = recognizer();
  for (int digit = 0; digit < 10; ++digit) {
    CAPTURE(digit);
    CHECK(text_on(reader, test::draw(digit_strokes(digit), {})) == std::to_string(digit));
  }
}

TEST_CASE("Photographs of any shape become pictures of the same", "[photo]") {
  CHECK(clean_photo({}).pixels.empty());
  for (const auto& [width, height] : {std::pair{1, 1}, {1, 500}, {700, 2}, {3, 3}}) {
    const std::vector<std::uint8_t> grey(std::size_t(width) * height, 128);
    const GrayImage clean = clean_photo({width, height, grey});
    CHECK(clean.width == width);
    CHECK(clean.height == height);
    CHECK(clean.pixels == std::vector<std::uint8_t>(grey.size(), 255));
  }
}

}  // namespace
}  // namespace numeral
