#pragma once

#include <zlib.h>

#include <string>
#include <string_view>

namespace numeral::test {

/// `content` as a gzip file.
inline std::string gzipped(std::string_view content) {
  z_stream stream{};
  constexpr int kGzip = 16;  // added to the window's bits, as zlib has it
  deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, MAX_WBITS + kGzip, 8, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, content.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

}  // namespace numeral::test
