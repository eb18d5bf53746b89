#include "core/predicted_line.h"

#include <catch2/catch_test_macros.hpp>

namespace numeral {
namespace {

TEST_CASE("The line says Digit where all labels are digits, else Label", "[predicted_line]") {
  ModelCard card;
  card.labels = {"0", "1", "2"};
  CHECK(predicted_line(card, 2) == "Predicted Digit: 2");
  card.labels = {"0", "1", "none"};
  CHECK(predicted_line(card, 1) == "Predicted Label: 1");
  card.labels = {"Bag", "Sneaker"};
  CHECK(predicted_line(card, 1) == "Predicted Label: Sneaker");
}

TEST_CASE("The line says Number for several digits", "[predicted_line]") {
  ModelCard card;
  card.labels = {"0", "1", "2"};
  Line line;
  line.digits.resize(1);
  line.digits[0].answer.digit = 2;
  CHECK(predicted_line(card, line) == "Predicted Digit: 2");
  line.digits.resize(3);
  line.digits[2].answer.digit = 1;
  CHECK(predicted_line(card, line) == "Predicted Number: 201");
  line.digits[1].begins_number = true;
  CHECK(predicted_line(card, line) == "Predicted Number: 201");
  CHECK(predicted_line(card, line, {.numbers = true}) == "Predicted Number: 2 01");
}

TEST_CASE("There is a line for each row", "[predicted_line]") {
  ModelCard card;
  card.labels = {"0", "1", "2"};
  Line number, digit;
  number.digits.resize(2);
  number.digits[0].answer.digit = 1;
  digit.digits.resize(1);
  digit.digits[0].answer.digit = 2;
  CHECK(predicted_lines(card, {{number}}) == "Predicted Number: 10");
  CHECK(predicted_lines(card, {{number, digit, number}}) ==
        "Predicted Number: 10\nPredicted Digit: 2\nPredicted Number: 10");
}

}  // namespace
}  // namespace numeral
