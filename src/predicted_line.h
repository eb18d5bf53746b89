#pragma once

#include <string>

#include "model_card.h"

namespace numeral {

/// The line that announces an answer, without a newline: `Predicted Digit: 7`. It is the same at
/// both edges, the command line and the page's console.
inline std::string predicted_line(const ModelCard& card, int digit) {
  return "Predicted Digit: " + card.labels[digit];
}

}  // namespace numeral
