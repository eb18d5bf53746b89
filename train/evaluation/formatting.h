#pragma once

#include <cstdint>
#include <string>

#include "core/preprocess.h"

namespace numeral {

/// 10000 as "10,000".
std::string grouped(std::int64_t number);

/// 0.9971 as "99.71 %", with a no-break space.
std::string percent(double share, int decimals = 2);

/// A picture as a PNG file in a `data:` URL (RFC 2397).
std::string png_data_url(const GrayImage& image);

/// The same for a network input: 0 is black, 1 is white.
std::string png_data_url(const NetworkInput& input);

}  // namespace numeral
