#include "core/reading.h"

#include <algorithm>
#include <functional>

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

std::vector<Alternative> Reading::alternatives(std::size_t count) const {
  std::vector<Alternative> all{{"", 1}};
  for (const Line& line : lines) {
    std::vector<Alternative> longer;
    for (const Alternative& before : all)
      for (const Alternative& next : line.alternatives)
        longer.push_back({before.text + (before.text.empty() ? "" : "\n") + next.text,
                          before.confidence * next.confidence});
    // Not sorted where a line's first alternative is less probable than its second.
    const auto first = longer.begin() + (longer.empty() ? 0 : 1);
    std::ranges::stable_sort(first, longer.end(), std::greater<>{}, &Alternative::confidence);
    if (longer.size() > count) longer.resize(count);
    all = std::move(longer);
  }
  return all;
}

}  // namespace numeral
