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

/// The same for a line that was read: `Predicted Number: 2026` where it has more than one digit, or
/// signs. `options`: what was asked for; several numbers are said apart where they were.
inline std::string predicted_line(const ModelCard& card, const Line& line,
                                  const ReadOptions& options = {}) {
  if (line.digits.size() == 1 && line.signs.empty())
    return predicted_line(card, line.digits[0].answer.digit);
  return "Predicted Number: " + line.text(card, options.numbers ? " " : "");
}

/// The lines for all that was read, joined by newlines.
inline std::string predicted_lines(const ModelCard& card, const Reading& reading,
                                   const ReadOptions& options = {}) {
  std::string lines;
  for (const Line& line : reading.lines)
    lines += (lines.empty() ? "" : "\n") + predicted_line(card, line, options);
  return lines;
}

}  // namespace numeral
