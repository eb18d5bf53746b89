#include "core/reading.h"

#include <algorithm>
#include <span>

#include "core/segmentation/sort.h"

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

std::string Line::text(const ModelCard& card, std::string_view between) const {
  std::string text;
  for (const std::string& number : numbers(card)) {
    if (!text.empty()) text += between;
    text += number;
  }
  return text;
}

std::vector<std::string> Line::numbers(const ModelCard& card) const {
  std::vector<std::string> numbers(1);
  auto sign = signs.begin();
  const auto add_signs = [&](std::size_t before) {
    for (; sign != signs.end() && sign->before <= before; ++sign)
      numbers.back() += static_cast<char>(sign->sign);
  };
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (digits[i].begins_number) numbers.emplace_back();
    add_signs(i);
    numbers.back() += card.labels[digits[i].answer.digit];
  }
  add_signs(digits.size());
  return numbers;
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
    const std::span<Alternative> others(longer.begin() + (longer.empty() ? 0 : 1), longer.end());
    stable_sort(others, [](const Alternative& a, const Alternative& b) {
      return a.confidence > b.confidence;
    });
    if (longer.size() > count) longer.resize(count);
    all = std::move(longer);
  }
  return all;
}

}  // namespace numeral
