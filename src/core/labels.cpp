#include "core/labels.h"

#include <algorithm>

namespace numeral {
namespace {

bool is_control(char c) {
  const auto code = static_cast<unsigned char>(c);
  return code < 0x20 || code == 0x7f;
}

bool is_one_line(const std::string& label) {
  return !label.empty() && label.front() != ' ' && label.back() != ' ' &&
         std::ranges::none_of(label, is_control);
}

}  // namespace

Result<void> check_labels(const std::vector<std::string>& labels) {
  if (labels.size() < 2 || labels.size() > kMaxLabels)
    return fail("2 to " + std::to_string(kMaxLabels) + " labels, found " +
                std::to_string(labels.size()));
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const std::string number = std::to_string(i + 1);
    if (!is_one_line(labels[i]))
      return fail("text without control characters or outer spaces for label " + number +
                  ", found " + (labels[i].empty() ? "nothing" : "other"));
    const auto first = std::ranges::find(labels, labels[i]) - labels.begin();
    if (static_cast<std::size_t>(first) < i)
      return fail("different labels, found '" + labels[i] + "' as label " +
                  std::to_string(first + 1) + " and as label " + number);
  }
  return {};
}

bool are_digits(const std::vector<std::string>& labels) {
  return std::ranges::all_of(labels, [](const std::string& label) {
    return label.size() == 1 && label[0] >= '0' && label[0] <= '9';
  });
}

}  // namespace numeral
