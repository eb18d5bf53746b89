#pragma once

#include <string>

#include "core/labels.h"
#include "core/model_card.h"
#include "core/number.h"

namespace numeral {

/// The line that the command line and the page's console print for an answer, without a newline:
/// `Predicted Digit: 7` where all of the card's labels are digits, else `Predicted Label: Sneaker`.
inline std::string predicted_line(const ModelCard& card, int label) {
  const char* kind = are_digits(card.labels) ? "Digit" : "Label";
  return "Predicted " + std::string(kind) + ": " + card.labels[label];
}

/// The same for a number: `Predicted Number: 2026` where it has more than one digit.
inline std::string predicted_line(const ModelCard& card, const Number& number) {
  if (number.digits.size() == 1) return predicted_line(card, number.digits[0].answer.digit);
  return "Predicted Number: " + number.text(card);
}

}  // namespace numeral
