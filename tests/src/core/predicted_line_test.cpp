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
  Number number;
  number.digits.resize(1);
  number.digits[0].answer.digit = 2;
  CHECK(predicted_line(card, number) == "Predicted Digit: 2");
  number.digits.resize(3);
  number.digits[2].answer.digit = 1;
  CHECK(predicted_line(card, number) == "Predicted Number: 201");
}

}  // namespace
}  // namespace numeral
