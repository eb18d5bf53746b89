#pragma once

#include <zlib.h>

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace numeral::test {

/// A number as PNG and JPEG store it: its most significant byte first.
inline std::string big_endian(std::uint32_t value, int bytes) {
  std::string text;
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8)
    text += static_cast<char>(value >> shift & 0xff);
  return text;
}

/// A chunk of a PNG file.
inline std::string png_chunk(const std::string& type, const std::string& data) {
  const std::string content = type + data;
  const auto check = crc32(0, reinterpret_cast<const Bytef*>(content.data()), uInt(content.size()));
  return big_endian(std::uint32_t(data.size()), 4) + content + big_endian(std::uint32_t(check), 4);
}

/// The start of a PNG file. `type` is 0 grey, 2 RGB, 3 palette, 4 grey with alpha, 6 RGBA.
inline std::string png_start(std::uint32_t width, std::uint32_t height, int depth = 8, int type = 0,
                             bool interlaced = false) {
  return "\x89PNG\r\n\x1a\n" +
         png_chunk("IHDR", big_endian(width, 4) + big_endian(height, 4) + char(depth) + char(type) +
                               std::string(2, '\0') + char(interlaced));
}

/// Bytes as zlib packs them: `bytes`, and `zeros` more.
inline std::string deflated(std::string bytes, std::size_t zeros = 0) {
  z_stream stream{};
  if (deflateInit(&stream, 9) != Z_OK) throw std::runtime_error("zlib does not start");
  std::string packed, buffer(1 << 16, '\0');
  const auto pack = [&](std::string& input, int flush) {
    stream.next_in = reinterpret_cast<Bytef*>(input.data());
    stream.avail_in = uInt(input.size());
    do {
      stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
      stream.avail_out = uInt(buffer.size());
      deflate(&stream, flush);
      packed.append(buffer, 0, buffer.size() - stream.avail_out);
    } while (stream.avail_out == 0);
  };
  pack(bytes, Z_NO_FLUSH);
  std::string block(1 << 20, '\0');
  for (; zeros > 0; zeros -= block.size()) {
    block.resize(std::min(block.size(), zeros));
    pack(block, Z_NO_FLUSH);
  }
  std::string nothing;
  pack(nothing, Z_FINISH);
  deflateEnd(&stream);
  return packed;
}

/// The rest of a PNG file, with rows as they are stored, each behind its filter type.
inline std::string png_end(const std::string& rows) {
  return png_chunk("IDAT", deflated(rows)) + png_chunk("IEND", "");
}

}  // namespace numeral::test
