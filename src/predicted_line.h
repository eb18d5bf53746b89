#pragma once

#include <string>

#include "labels.h"
#include "model_card.h"

namespace numeral {

/// The line that announces an answer, without a newline: `Predicted Digit: 7` where all of the
/// card's labels are digits, else `Predicted Label: Sneaker`. It is the same at both edges, the
/// command line and the page's console.
inline std::string predicted_line(const ModelCard& card, int label) {
  const char* kind = are_digits(card.labels) ? "Digit" : "Label";
  return "Predicted " + std::string(kind) + ": " + card.labels[label];
}

}  // namespace numeral
