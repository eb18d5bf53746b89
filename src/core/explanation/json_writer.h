#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace numeral {

/// Writes JSON, with less code than a library brings along. What is added comes after a comma
/// unless it is the first in a list or an object, or a value after its key.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& text) : text_(text) {}

  /// Begins an object or a list.
  void begin(char bracket) {
    separate();
    text_ += bracket;
  }

  void end(char bracket) { text_ += bracket; }

  void add(std::int64_t number) {
    separate();
    text_ += std::to_string(number);
  }

  void add(std::string_view words) {
    separate();
    text_ += '"';
    for (const char letter : words) {
      const auto code = static_cast<unsigned char>(letter);
      if (code < ' ' || letter == '"' || letter == '\\') {
        text_ += "\\u00";
        text_ += kDigits[code >> 4];
        text_ += kDigits[code & 15];
      } else {
        text_ += letter;
      }
    }
    text_ += '"';
  }

  void key(std::string_view name) {
    add(name);
    text_ += ':';
  }

  template <class Item>
  void add(const std::vector<Item>& items) {
    begin('[');
    for (const Item& item : items) add(item);
    end(']');
  }

 private:
  static constexpr std::string_view kDigits = "0123456789abcdef";

  void separate() {
    constexpr std::string_view kBegun = "[{:";
    if (!text_.empty() && kBegun.find(text_.back()) == std::string_view::npos) text_ += ',';
  }

  std::string& text_;
};

}  // namespace numeral
