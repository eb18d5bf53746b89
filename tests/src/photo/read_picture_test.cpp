#include "photo/read_picture.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <ctime>

#include "native/model_files.h"
#include "support/model.h"
#include "support/photograph.h"

namespace numeral {
namespace {

using test::digit_strokes;
using test::draw;
using test::number_strokes;
using test::photograph;
using test::Photograph;
using test::Placement;

Recognizer recognizer() { return load_recognizer(test::published_model()).value(); }

Picture picture_of(GrayImage image) {
  const int width = image.width, height = image.height;
  return {std::move(image), width, height, std::nullopt};
}

/// What is read on a picture; it must not be blank.
Reading reading_of(Recognizer& reader, GrayImage image) {
  const auto reading = read_picture(reader, picture_of(std::move(image)));
  REQUIRE((reading && *reading));
  return **reading;
}

/// A photograph of shaded, grainy paper.
Photograph paper() {
  Photograph how;
  how.width = 480;
  how.height = 360;
  how.size = 0.25f;
  how.pen = 0.02f;
  how.shade = 0.4f;
  how.noise = 4;
  return how;
}

TEST_CASE("Photographs are told from drawings", "[read_picture]") {
  for (int digit = 0; digit < 10; ++digit) {
    CAPTURE(digit);
    CHECK(is_photo(photograph(digit_strokes(digit), paper())));
    for (const bool is_dark : {true, false}) {
      Placement placement;
      placement.ink = is_dark ? 0 : 255;
      placement.paper = is_dark ? 255 : 0;
      CHECK_FALSE(is_photo(draw(digit_strokes(digit), placement)));
    }
  }
  Photograph only = paper();
  only.noise = 0;
  CHECK(is_photo(photograph(digit_strokes(3), only)));
  only.shade = 0;
  CHECK_FALSE(is_photo(photograph(digit_strokes(3), only)));
  only.noise = 3;
  CHECK(is_photo(photograph(digit_strokes(3), only)));
}

TEST_CASE("Small pictures and blank ones are no photographs", "[read_picture]") {
  Photograph how = paper();
  how.width = how.height = 28;
  how.size = 0.7f;
  how.pen = 0.08f;
  CHECK_FALSE(is_photo(photograph(digit_strokes(3), how)));
  for (const auto& [width, height] : {std::pair{0, 0}, {1, 1}, {1, 100}, {100, 100}})
    CHECK_FALSE(
        is_photo({width, height, std::vector<std::uint8_t>(std::size_t(width) * height, 200)}));
}

TEST_CASE("A drawing is read as by read_number", "[read_picture]") {
  Recognizer reader = recognizer();
  for (int digit = 0; digit < 10; ++digit) {
    CAPTURE(digit);
    const GrayImage image = draw(digit_strokes(digit), {});
    const Reading reading = reading_of(reader, image);
    const Reading expected = read_number(reader, image).value().value();
    CHECK(reading.text(reader.card()) == std::to_string(digit));
    CHECK(reading.lines[0].digits[0].answer.input == expected.lines[0].digits[0].answer.input);
    CHECK(reading.lines[0].digits[0].box == expected.lines[0].digits[0].box);
    CHECK(reading.turned == 0);
  }
}

/// Short strokes all over a drawing.
test::Strokes scribble(int count) {
  test::Strokes strokes;
  for (int i = 0; i < count; ++i) {
    const float x = float((i * 61) % 262) / 280, y = float((i * 97) % 262) / 280;
    strokes.push_back({{x, y}, {x + 0.03f, y + 0.02f}});
  }
  return strokes;
}

TEST_CASE("A scribble does not take long", "[read_picture]") {
  Recognizer reader = recognizer();
  // The processor's time, whatever else the machine does.
  const auto time_of = [&](const GrayImage& image, int times) {
    const std::clock_t begin = std::clock();
    for (int i = 0; i < times; ++i) REQUIRE(read_picture(reader, picture_of(image)));
    return double(std::clock() - begin) / times;
  };
  Placement everywhere;
  everywhere.left = everywhere.top = 9;
  everywhere.size = 280;
  everywhere.brush = 20;
  const double digit = time_of(draw(digit_strokes(7), {}), 50);
  CHECK(time_of(draw(scribble(60), everywhere), 3) < 330 * digit);
}

TEST_CASE("Small photographs are read, though they are not cleaned", "[read_picture]") {
  Recognizer reader = recognizer();
  const bool is_dark = GENERATE(true, false);
  Photograph how;
  how.width = how.height = 28;
  how.size = 0.7f;
  how.pen = 0.09f;
  how.noise = 3;
  how.shade = 0.1f;
  if (is_dark) std::swap(how.paper, how.ink);
  int right = 0;
  for (int digit = 0; digit < 10; ++digit)
    right += reading_of(reader, photograph(digit_strokes(digit), how)).text(reader.card()) ==
             std::to_string(digit);
  CHECK(right == 10);
}

TEST_CASE("A photograph is cleaned, whether or not it has been", "[read_picture]") {
  Recognizer reader = recognizer();
  Photograph how = paper();
  how.ruled = 0.08f;
  how.shadow = 0.4f;
  how.width = 800;
  how.height = 600;
  const GrayImage image = photograph(number_strokes("37"), how);
  const Reading reading = reading_of(reader, image);
  CHECK(reading.text(reader.card()) == "37");
  CHECK(reading.accepted());
  Picture cleaned = picture_of(image);
  cleaned.clean = clean_photo(image);
  const Reading again = read_picture(reader, cleaned).value().value();
  CHECK(again.text(reader.card()) == "37");
  CHECK(again.confidence() == reading.confidence());
}

TEST_CASE("Where something like the writing is left out, a photograph is not accepted",
          "[read_picture]") {
  Recognizer reader = recognizer();
  GrayImage image = photograph(number_strokes("26"), paper());
  CHECK(reading_of(reader, image).accepted());
  // A stroke along the left edge.
  for (int y = 120; y < 240; ++y)
    for (int x = 0; x < 10; ++x) image.pixels[std::size_t(y) * image.width + x] = 40;
  const Reading reading = reading_of(reader, image);
  CHECK_FALSE(reading.accepted());
  CHECK_FALSE(reading.is_complete);
  Picture cleaned = picture_of(image);
  cleaned.clean = clean_photo(image);
  CHECK_FALSE(read_picture(reader, cleaned).value()->accepted());
}

TEST_CASE("A drawing that the picture's edge cuts into is read", "[read_picture]") {
  // White along an edge of a black picture: the paper that a scanner left over.
  Recognizer reader = recognizer();
  Placement placement;
  placement.ink = 255;
  placement.paper = 0;
  for (const int digit : {2, 3, 4, 5, 8}) {
    CAPTURE(digit);
    GrayImage image = draw(digit_strokes(digit), placement);
    for (int y = 0; y < 3; ++y)
      for (int x = 0; x < image.width; ++x) image.pixels[std::size_t(y) * image.width + x] = 255;
    const Reading reading = reading_of(reader, image);
    CHECK(reading.text(reader.card()) == std::to_string(digit));
    CHECK(reading.accepted());
  }
}

TEST_CASE("A photograph is read in any turn", "[read_picture]") {
  Recognizer reader = recognizer();
  for (const int turn : {0, 90, 180, 270})
    for (const std::string number : {"3547", "374", "45"}) {
      CAPTURE(turn, number);
      Photograph how = paper();
      how.width = how.height = 480;
      how.size = 0.18f;
      how.turn = float(turn);
      how.shade = 0.2f;
      const Reading reading = reading_of(reader, photograph(number_strokes(number), how));
      CHECK(reading.text(reader.card()) == number);
      CHECK(reading.accepted());
      CHECK(reading.turned == (360 - turn) % 360);
      // The boxes are on the picture as it is. The first digit's is at the writing's beginning.
      const Box first = reading.lines[0].digits.front().box,
                last = reading.lines[0].digits.back().box;
      const int right = last.left - first.left, down = last.top - first.top;
      CHECK((turn == 0) == (right > 60));
      CHECK((turn == 90) == (down > 60));
      CHECK((turn == 180) == (right < -60));
      CHECK((turn == 270) == (down < -60));
      for (const auto& digit : reading.lines[0].digits) {
        CHECK(std::min(digit.box.left, digit.box.top) > 60);
        CHECK(std::max(digit.box.right, digit.box.bottom) < 420);
        CHECK(digit.box.width() > 20);
        CHECK(digit.box.height() > 20);
      }
    }
}

TEST_CASE("A photograph of a number with a point is not accepted without it", "[read_picture]") {
  Recognizer reader = recognizer();
  test::Strokes strokes = number_strokes("34");
  strokes.push_back({{0.47f, 0.98f}, {0.48f, 0.98f}});
  const Picture picture = picture_of(photograph(strokes, paper()));
  CHECK(is_photo(picture.image));
  const auto without = read_picture(reader, picture);
  REQUIRE((without && *without));
  CHECK_FALSE((*without)->accepted());
  const auto with = read_picture(reader, picture, {.signs = true});
  REQUIRE((with && *with));
  CHECK((*with)->text(reader.card()) == "3.4");
  CHECK((*with)->accepted());
}

TEST_CASE("A drawing is not turned", "[read_picture]") {
  Recognizer reader = recognizer();
  Photograph how;
  how.turn = 90;
  const Reading reading = reading_of(reader, photograph(digit_strokes(4), how));
  CHECK_FALSE(reading.accepted());
  CHECK(reading.turned == 0);
}

TEST_CASE("A long number that lies on its side is no dotted 1", "[read_picture]") {
  Recognizer reader = recognizer();
  for (const int turn : {90, 270})
    for (const std::string number : {"5221859", "735426", "88888", "67899"}) {
      CAPTURE(turn, number);
      Photograph how = paper();
      how.width = 360;
      how.height = 700;
      how.size = 0.24f;
      how.turn = float(turn);
      how.shade = 0.2f;
      const Reading reading = reading_of(reader, photograph(number_strokes(number), how));
      CHECK((!reading.accepted() || reading.text(reader.card()) == number));
    }
}

TEST_CASE("Boxes are in the pixels of the picture as it came", "[read_picture]") {
  Recognizer reader = recognizer();
  Picture picture = picture_of(draw(digit_strokes(7), {}));
  const Box box = read_picture(reader, picture).value()->lines[0].digits[0].box;
  picture.width = 560;
  picture.height = 700;
  const Box larger = read_picture(reader, picture).value()->lines[0].digits[0].box;
  CHECK(larger == Box{2 * box.left, box.top * 5 / 2, 2 * box.right, (box.bottom * 5 + 1) / 2});
}

TEST_CASE("A picture with nothing on it is blank", "[read_picture]") {
  Recognizer reader = recognizer();
  CHECK_FALSE(read_picture(reader, {}).value());
  const GrayImage white{280, 280, std::vector<std::uint8_t>(std::size_t(280) * 280, 255)};
  CHECK_FALSE(read_picture(reader, picture_of(white)).value());
  CHECK_FALSE(read_picture(reader, picture_of(photograph({}, paper()))).value());
}

}  // namespace
}  // namespace numeral
