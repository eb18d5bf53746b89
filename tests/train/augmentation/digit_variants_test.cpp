#include "train/augmentation/digit_variants.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "support/temporary_folder.h"

namespace numeral {
namespace {

/// The form of that name.
const DigitForm& form_named(int digit, const std::string& name) {
  for (const DigitForm& form : digit_forms())
    if (form.digit == digit && form.name == name) return form;
  FAIL("there is no form " << digit << " " << name);
  return digit_forms().front();
}

/// The share of the ink that lies in the rows from `top` to `bottom` (0 to 1 of the picture).
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

bool reaches_border(const GrayImage& image) {
  int ink = 0;
  for (int x = 0; x < image.width; ++x) ink += image.at(x, 0) + image.at(x, image.height - 1);
  for (int y = 0; y < image.height; ++y) ink += image.at(0, y) + image.at(image.width - 1, y);
  return ink > 0;
}

TEST_CASE("Every digit has several forms, each with a name of its own, a share and strokes") {
  std::map<int, std::set<std::string>> names;
  for (const DigitForm& form : digit_forms()) {
    CAPTURE(form.digit, form.name);
    CHECK((form.digit >= 0 && form.digit <= 9));
    CHECK(names[form.digit].insert(form.name).second);
    CHECK(form.share > 0);
    CHECK_FALSE(form.where.empty());
    REQUIRE_FALSE(form.strokes.empty());
    float top = 100, bottom = 0;
    for (const Polyline& stroke : form.strokes) {
      REQUIRE(stroke.size() >= 2);
      for (const Point p : stroke) {
        CHECK((p.x >= -60 && p.x <= 60));
        top = std::min(top, p.y);
        bottom = std::max(bottom, p.y);
      }
    }
    CHECK((top >= -10 && top <= 5));
    CHECK((bottom >= 90 && bottom <= 105));
  }
  CHECK(names.size() == 10);
  for (const auto& [digit, forms] : names) CHECK(forms.size() >= 5);
}

TEST_CASE("Every form names a source that the table describes") {
  std::ifstream file(test::project_folder() / "train" / "augmentation" / "digit_forms.json");
  const auto table = nlohmann::json::parse(file);
  std::set<std::string> used;
  for (const auto& form : table.at("forms")) {
    CAPTURE(form.at("digit"), form.at("name"));
    CHECK(table.at("sources").contains(form.at("source")));
    used.insert(form.at("source"));
  }
  CHECK(used.size() == table.at("sources").size());
}

TEST_CASE("A form is drawn as the table has it") {
  const GrayImage stroke = draw_digit_form(form_named(1, "stroke"), 10, 80);
  CHECK(share_between(stroke, 0, 0.5) > 0.45);
  CHECK(share_between(stroke, 0.5, 1) > 0.45);
  const GrayImage plain = draw_digit_form(form_named(7, "plain"), 10, 80);
  const GrayImage barred = draw_digit_form(form_named(7, "barred"), 10, 80);
  // A pen of 10 hundredths of 56 pixels is 5.6 pixels wide: so wide is the ink of the stroke.
  int wide = 0;
  for (int x = 0; x < 80; ++x) wide += stroke.at(x, 40) > 127;
  CHECK((wide >= 5 && wide <= 7));
  CHECK(share_between(plain, 0, 0.3) > share_between(barred, 0, 0.3));
  CHECK(share_between(plain, 0.45, 0.55) < share_between(barred, 0.45, 0.55));
}

TEST_CASE("A point that stands twice is a corner, else the curve is smooth") {
  const DigitForm corner{7, "", 1, "", {{{0, 0}, {100, 0}, {100, 0}, {100, 100}}}};
  const DigitForm smooth{7, "", 1, "", {{{0, 0}, {100, 0}, {100, 100}}}};
  // A smooth curve swings out beyond its points; the drawing becomes smaller in its frame.
  const auto ink = [](const GrayImage& image) {
    return std::ranges::count_if(image.pixels, [](auto value) { return value > 127; });
  };
  const GrayImage sharp = draw_digit_form(corner, 4, 80);
  CHECK(sharp.at(67, 12) > 127);  // the corner itself: 80 / 2 + 56 / 2 - 1, 80 / 2 - 56 / 2
  CHECK(draw_digit_form(smooth, 4, 80).at(67, 12) < 127);
  CHECK(ink(sharp) > 200);
}

TEST_CASE("A varied form is not cut off, has ink, and is each time different") {
  for (const DigitForm& form : digit_forms()) {
    CAPTURE(form.digit, form.name);
    Random random(2);
    std::vector<std::uint8_t> before;
    for (int i = 0; i < 20; ++i) {
      const GrayImage image = draw_digit_form(form, random);
      CHECK(image.pixels != before);
      before = image.pixels;
      CHECK(std::ranges::max(image.pixels) > 127);
      CHECK_FALSE(reaches_border(image));
    }
  }
}

TEST_CASE("The same random numbers draw the same digit") {
  for (int digit = 0; digit < 10; ++digit) {
    Random first(7), second(7), other(8);
    const GrayImage image = draw_digit_variant(digit, first);
    CHECK(image.pixels == draw_digit_variant(digit, second).pixels);
    CHECK(image.pixels != draw_digit_variant(digit, other).pixels);
  }
}

TEST_CASE("A drawn 7 has more of its ink at the top than a drawn 1") {
  Random random(3);
  double one = 0, seven = 0;
  for (int i = 0; i < 200; ++i) {
    one += share_between(draw_digit_variant(1, random), 0, 0.35);
    seven += share_between(draw_digit_variant(7, random), 0, 0.35);
  }
  CHECK(one < seven);
}

}  // namespace
}  // namespace numeral
