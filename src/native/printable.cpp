#include "native/printable.h"

#include <fmt/format.h>

namespace numeral {

std::string printable(std::string_view text) {
  // fmt's debug format escapes all of that. Its quotes around the text are dropped, and the
  // backslash before quotes and backslashes in the text, which are harmless.
  const std::string quoted = fmt::format("{:?}", text);
  std::string line;
  for (std::size_t i = 1; i + 1 < quoted.size(); ++i) {
    if (quoted[i] == '\\' && (quoted[i + 1] == '\\' || quoted[i + 1] == '"')) ++i;
    line += quoted[i];
  }
  return line;
}

}  // namespace numeral
