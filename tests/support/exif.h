#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace numeral::test {

/// A JPEG file with an orientation flag in its Exif data.
inline std::vector<std::uint8_t> with_orientation(std::span<const std::uint8_t> jpeg,
                                                  int orientation) {
  const std::vector<std::uint8_t> segment{
      0xff, 0xe1, 0, 34, 'E', 'x', 'i', 'f', 0, 0,  //
      'M',  'M',  0, 42, 0,   0,   0,   8,          // big-endian; the first directory follows
      0,    1,                                      // of one entry:
      0x01, 0x12, 0, 3,  0,   0,   0,   1,   0, static_cast<std::uint8_t>(orientation),
      0,    0,    0, 0,  0,   0,  // no other directory
  };
  std::vector<std::uint8_t> result(jpeg.begin(), jpeg.end());
  result.insert(result.begin() + 2, segment.begin(), segment.end());
  return result;
}

}  // namespace numeral::test
