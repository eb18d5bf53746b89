#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>

#include "native/printable.h"
#include "support/temporary_folder.h"

namespace numeral::fuzz {

using Bytes = std::span<const std::uint8_t>;

/// Ends the program, which libFuzzer takes for a finding, unless `condition` holds.
inline void require(bool condition) {
  if (!condition) std::abort();
}

/// The bytes as text.
inline std::string_view text_of(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// A folder for the files of one input after the other.
inline const test::TemporaryFolder& folder() {
  static const test::TemporaryFolder made;
  return made;
}

/// Whether a message for people is one line, which does nothing to a terminal, and not an empty
/// one.
inline bool is_one_line(const std::string& message) {
  return !message.empty() && printable(message) == message;
}

/// Takes a number below `limit` from the front of the input; 0 where there is nothing left.
inline std::size_t take(Bytes& input, std::size_t limit) {
  std::size_t value = 0;
  for (int i = 0; i < 2 && !input.empty(); ++i, input = input.subspan(1))
    value = value << 8 | input[0];
  return value % limit;
}

}  // namespace numeral::fuzz
