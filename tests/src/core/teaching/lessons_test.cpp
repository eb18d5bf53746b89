#include "core/teaching/lessons.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <numeric>
#include <span>

#include "core/number.h"
#include "support/drawing.h"
#include "support/error_of.h"
#include "support/model.h"

namespace numeral {
namespace {

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::WithinAbs;
using test::error_of;
using test::published_bytes;
using test::published_recognizer;

Lessons no_lessons() {
  const std::vector<std::uint8_t> bytes = published_bytes();
  return Lessons::create(std::as_bytes(std::span(bytes))).value();
}

GrayImage digit(int digit, float brush = 20) {
  test::Placement placement;
  placement.brush = brush;
  return draw(test::digit_strokes(digit), placement);
}

Recognition recognize(Recognizer& recognizer, const GrayImage& image) {
  return recognizer.recognize(image).value().value();
}

/// Somebody whose 7 means 2, as it does to no other.
void teach_a_2_like_a_7(Recognizer& recognizer) {
  const NetworkInput input = recognize(recognizer, digit(7)).input;
  recognizer.set_lessons(no_lessons());
  REQUIRE(recognizer.lessons()->teach(input, 2));
}

TEST_CASE("One lesson suffices, and other digits are read as before", "[lessons]") {
  Recognizer recognizer = published_recognizer();
  teach_a_2_like_a_7(recognizer);
  const Recognition taught = recognize(recognizer, digit(7));
  CHECK(taught.digit == 2);
  CHECK(taught.accepted);
  CHECK(recognize(recognizer, digit(7, 14)).digit == 2);
  for (const int other : {0, 1, 2, 3, 4, 5, 6, 8, 9}) {
    CAPTURE(other);
    CHECK(recognize(recognizer, digit(other)).digit == other);
  }
}

TEST_CASE("Corrected probabilities add up to 1, and the greatest is the confidence", "[lessons]") {
  Recognizer recognizer = published_recognizer();
  teach_a_2_like_a_7(recognizer);
  for (const int drawn : {1, 2, 7, 9}) {
    CAPTURE(drawn);
    const Recognition answer = recognize(recognizer, digit(drawn));
    const auto& all = answer.probabilities;
    CHECK_THAT(std::accumulate(all.begin(), all.end(), 0.0F), WithinAbs(1, 1e-5));
    CHECK(answer.confidence == all[answer.digit]);
  }
}

TEST_CASE("Without a lesson the answers are the model's, to the last bit", "[lessons]") {
  Recognizer recognizer = published_recognizer();
  Recognizer taught = published_recognizer();
  taught.set_lessons(no_lessons());
  for (int drawn = 0; drawn < 10; ++drawn) {
    CAPTURE(drawn);
    CHECK(recognize(taught, digit(drawn)).probabilities ==
          recognize(recognizer, digit(drawn)).probabilities);
  }
  teach_a_2_like_a_7(taught);
  taught.set_lessons(std::nullopt);
  CHECK(taught.lessons() == nullptr);
  CHECK(recognize(taught, digit(7)).probabilities == recognize(recognizer, digit(7)).probabilities);
}

TEST_CASE("Numbers are read as taught", "[lessons]") {
  Recognizer recognizer = published_recognizer();
  const auto text = [&] {
    const test::Placement placement{
        .canvas = 600, .size = 120, .left = 240, .top = 240, .brush = 10};
    const GrayImage image = draw(test::number_strokes("371"), placement);
    return read_number(recognizer, image, {.alternatives = 3}).value().value();
  };
  REQUIRE(text().text(recognizer.card()) == "371");
  const NetworkInput seven = text().lines[0].digits[1].answer.input;
  recognizer.set_lessons(no_lessons());
  REQUIRE(recognizer.lessons()->teach(seven, 2));
  const Reading reading = text();
  CHECK(reading.text(recognizer.card()) == "321");
  CHECK(reading.alternatives(3).front().text == "321");
}

TEST_CASE("A label that is taught again replaces the one before", "[lessons]") {
  Recognizer recognizer = published_recognizer();
  teach_a_2_like_a_7(recognizer);
  const NetworkInput input = recognize(recognizer, digit(7)).input;
  REQUIRE(recognizer.lessons()->teach(input, 5));
  CHECK(recognizer.lessons()->size() == 1);
  CHECK(recognize(recognizer, digit(7)).digit == 5);
}

TEST_CASE("A taught digit is read as taught, whatever was taught about others like it",
          "[lessons]") {
  Recognizer recognizer = published_recognizer();
  const NetworkInput input = recognize(recognizer, digit(7)).input;
  recognizer.set_lessons(no_lessons());
  for (const int label : {7, 2, 5}) {
    CAPTURE(label);
    const NetworkInput like_it = recognize(recognizer, digit(7, float(14 + label))).input;
    REQUIRE(recognizer.lessons()->teach(like_it, label));
    CHECK(recognizer.recognize(like_it).value().digit == label);
  }
  REQUIRE(recognizer.lessons()->teach(input, 3));
  CHECK(recognizer.recognize(input).value().digit == 3);
}

TEST_CASE("There is an end to teaching", "[lessons]") {
  Lessons lessons = no_lessons();
  NetworkInput input{};
  for (std::size_t i = 0; i < kMaxLessons; ++i) {
    input[i % input.size()] += 0.25F;
    REQUIRE(lessons.teach(input, 1));
  }
  CHECK(lessons.size() == kMaxLessons);
  CHECK(lessons.teach(input, 2));
  CHECK_THAT(error_of(lessons.teach(NetworkInput{}, 1)), ContainsSubstring("no more"));
}

TEST_CASE("A label that the model does not have is refused", "[lessons]") {
  Lessons lessons = no_lessons();
  for (const int label : {-1, 10, 1000}) {
    CAPTURE(label);
    CHECK(error_of(lessons.teach(NetworkInput{}, label)) ==
          "cannot be taught: expected a label from 0 to 9, found " + std::to_string(label));
  }
  CHECK(lessons.size() == 0);
}

TEST_CASE("What is no model in ORT format cannot be taught", "[lessons]") {
  const std::vector<std::byte> bytes(100);
  CHECK_FALSE(Lessons::create(bytes));
}

}  // namespace
}  // namespace numeral
