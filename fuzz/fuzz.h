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

/// Aborts, which libFuzzer reports as a crash, unless `condition` holds.
inline void require(bool condition) {
  if (!condition) std::abort();
}

/// The bytes as text.
inline std::string_view text_of(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// A temporary folder for the current input's files.
inline const test::TemporaryFolder& folder() {
  static const test::TemporaryFolder made;
  return made;
}

/// Whether an error message is a line that is safe to print, and not empty.
inline bool is_one_line(const std::string& message) {
  return !message.empty() && printable(message) == message;
}

/// Removes a number below `limit` from the start of the input; 0 where nothing is left.
inline std::size_t take(Bytes& input, std::size_t limit) {
  std::size_t value = 0;
  for (int i = 0; i < 2 && !input.empty(); ++i, input = input.subspan(1))
    value = value << 8 | input[0];
  return value % limit;
}

}  // namespace numeral::fuzz
