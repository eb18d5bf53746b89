#pragma once

#include <string>
#include <string_view>

namespace numeral {

/// The text so that it stays one line and does nothing to a terminal: control and format
/// characters, line separators and what is no UTF-8 become \xNN, byte by byte. For messages with
/// names of files, which can be anything.
std::string printable(std::string_view text);

}  // namespace numeral
