#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>

namespace numeral::fuzz {

using Bytes = std::span<const std::uint8_t>;

/// Ends the program, which libFuzzer takes for a finding, unless `condition` holds.
inline void require(bool condition) {
  if (!condition) std::abort();
}

/// A folder of this process in the folder for temporary files, left there for the next input.
inline const std::filesystem::path& folder() {
  static const std::filesystem::path made = [] {
    auto pattern = (std::filesystem::temp_directory_path() / "numeral-fuzz-XXXXXX").string();
    require(mkdtemp(pattern.data()) != nullptr);
    return std::filesystem::path(pattern);
  }();
  return made;
}

/// Writes a file in that folder, and returns where it is.
inline std::filesystem::path write(const std::string& name, Bytes bytes) {
  const std::filesystem::path path = folder() / name;
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), std::ssize(bytes));
  return path;
}

/// Whether a message for people is one line, and not an empty one.
inline bool is_one_line(const std::string& message) {
  return !message.empty() && message.find('\n') == std::string::npos;
}

/// Takes a number below `limit` from the front of the input; 0 where there is nothing left.
inline std::size_t take(Bytes& input, std::size_t limit) {
  std::size_t value = 0;
  for (int i = 0; i < 2 && !input.empty(); ++i, input = input.subspan(1))
    value = value << 8 | input[0];
  return value % limit;
}

}  // namespace numeral::fuzz
