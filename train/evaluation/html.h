#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/preprocess.h"

namespace numeral {

/// `text` as it may stand in HTML, XML and quoted attributes.
std::string escaped(std::string_view text);

/// 10000 as "10,000".
std::string grouped(std::int64_t number);

/// 0.9971 as "99.71 %", with a space at which no line ends.
std::string percent(double share, int decimals = 2);

/// A picture as the network saw it, white on black, as a `data:` address of a PNG file.
std::string picture_address(const NetworkInput& picture);

}  // namespace numeral
