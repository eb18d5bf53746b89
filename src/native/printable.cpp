#include "native/printable.h"

#include <cstdint>

namespace numeral {
namespace {

/// A character at the start of a text, and its bytes: 0 where it is no UTF-8 (RFC 3629).
struct Character {
  char32_t code = 0;
  std::size_t bytes = 0;
};

Character first_of(std::string_view text) {
  const auto lead = static_cast<std::uint8_t>(text[0]);
  if (lead < 0x80) return {lead, 1};
  const std::size_t bytes = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < bytes) return {};
  char32_t code = lead & (0x7f >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    const auto next = static_cast<std::uint8_t>(text[i]);
    if (next >> 6 != 2) return {};
    code = code << 6 | (next & 0x3f);
  }
  // Longer than need be, half of a pair, or too large.
  const char32_t least = bytes == 4 ? 0x10000 : bytes == 3 ? 0x800 : 0x80;
  if (code < least || (code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) return {};
  return {code, bytes};
}

/// Controls (Unicode's category Cc), separators of lines, and what turns the direction of a text.
bool is_harmless(char32_t code) {
  return code >= 0x20 && (code < 0x7f || code > 0x9f) && code != 0x61c &&
         (code < 0x200e || code > 0x200f) && (code < 0x2028 || code > 0x202e) &&
         (code < 0x2066 || code > 0x2069);
}

}  // namespace

std::string printable(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string line;
  while (!text.empty()) {
    const Character character = first_of(text);
    if (character.bytes > 0 && is_harmless(character.code)) {
      line += text.substr(0, character.bytes);
      text.remove_prefix(character.bytes);
      continue;
    }
    // One byte; those that belong to it are none of UTF-8 without it.
    const auto byte = static_cast<std::uint8_t>(text[0]);
    line += "\\x";
    line += kDigits[byte >> 4];
    line += kDigits[byte & 15];
    text.remove_prefix(1);
  }
  return line;
}

}  // namespace numeral
