#include "predicted_line.h"

#include <catch2/catch_test_macros.hpp>

namespace numeral {
namespace {

TEST_CASE("An answer is a digit where the model knows nothing else") {
  ModelCard card;
  card.labels = {"0", "1", "2"};
  CHECK(predicted_line(card, 2) == "Predicted Digit: 2");
  card.labels = {"0", "1", "none"};
  CHECK(predicted_line(card, 1) == "Predicted Label: 1");
  card.labels = {"Bag", "Sneaker"};
  CHECK(predicted_line(card, 1) == "Predicted Label: Sneaker");
}

}  // namespace
}  // namespace numeral
