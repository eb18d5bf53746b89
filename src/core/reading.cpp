#include "core/reading.h"

#include <algorithm>

namespace numeral {

float Line::confidence() const {
  float product = 1;
  for (const PlacedDigit& digit : digits) product *= digit.answer.confidence;
  return product;
}

bool Line::accepted() const {
  return is_certain && std::all_of(digits.begin(), digits.end(),
                                   [](const PlacedDigit& digit) { return digit.answer.accepted; });
}

std::string Line::text(const ModelCard& card) const {
  std::string text;
  for (const PlacedDigit& digit : digits) text += card.labels[digit.answer.digit];
  return text;
}

float Reading::confidence() const {
  float product = 1;
  for (const Line& line : lines)
    for (const PlacedDigit& digit : line.digits) product *= digit.answer.confidence;
  return product;
}

bool Reading::accepted() const {
  return is_complete &&
         std::all_of(lines.begin(), lines.end(), [](const Line& line) { return line.accepted(); });
}

std::string Reading::text(const ModelCard& card) const {
  std::string text;
  for (const Line& line : lines) text += (text.empty() ? "" : "\n") + line.text(card);
  return text;
}

}  // namespace numeral
