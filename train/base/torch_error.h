#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace numeral {

/// `message` with each run of white space, line ends included, replaced by one space.
inline std::string one_line(std::string_view message) {
  constexpr std::string_view kSpace = " \t\r\n";
  std::string line;
  while (true) {
    message.remove_prefix(std::min(message.find_first_not_of(kSpace), message.size()));
    if (message.empty()) return line;
    const std::size_t word = std::min(message.find_first_of(kSpace), message.size());
    if (!line.empty()) line += ' ';
    line += message.substr(0, word);
    message.remove_prefix(word);
  }
}

/// libtorch's message as one line, without its backtrace.
inline std::string without_backtrace(std::string_view message) {
  return one_line(message.substr(0, message.find("\nException raised from")));
}

}  // namespace numeral
