#pragma once

#include <string>
#include <string_view>

namespace numeral {

/// Escapes what must not reach a terminal: control characters, line breaks, Unicode's format
/// characters (which reverse the direction of text, say) and invalid UTF-8 become \n, \x1b, \u202e
/// and the like. For messages with file names, which can contain any bytes.
std::string printable(std::string_view text);

}  // namespace numeral
