#include "photo/image_header.h"

#include <algorithm>
#include <string_view>

namespace numeral {
namespace {

using namespace std::string_view_literals;

/// Reads numbers at offsets. Bytes past the end read as 0, and set ran_out().
class Reader {
 public:
  explicit Reader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  std::size_t size() const { return bytes_.size(); }
  bool ran_out() const { return ran_out_; }

  bool has(std::size_t at, std::string_view text) const {
    return at <= bytes_.size() && text.size() <= bytes_.size() - at &&
           std::equal(text.begin(), text.end(), bytes_.begin() + std::ptrdiff_t(at),
                      [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
  }

  std::uint32_t byte(std::size_t at) {
    if (at < bytes_.size()) return bytes_[at];
    ran_out_ = true;
    return 0;
  }

  std::uint32_t big(std::size_t at, std::size_t count) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < count; ++i) value = value << 8 | byte(at + i);
    return value;
  }

  std::uint32_t little(std::size_t at, std::size_t count) {
    std::uint32_t value = 0;
    for (std::size_t i = count; i-- > 0;) value = value << 8 | byte(at + i);
    return value;
  }

 private:
  std::span<const std::uint8_t> bytes_;
  bool ran_out_ = false;
};

/// PNG, third edition, 11.2.1: the header chunk comes first.
std::optional<ImageSize> png_size(Reader& file) {
  return ImageSize{file.big(16, 4), file.big(20, 4)};
}

/// ITU-T T.81, B.1.1 and B.2.2: the size is in the frame header. Skips the other segments (Exif,
/// colour profiles, tables), and any bytes between them.
std::optional<ImageSize> jpeg_size(Reader& file) {
  std::size_t at = 2;
  while (!file.ran_out()) {
    if (file.byte(at++) != 0xff) continue;
    while (file.byte(at) == 0xff) ++at;
    const std::uint32_t marker = file.byte(at++);
    const bool is_table = marker == 0xc4 || marker == 0xc8 || marker == 0xcc;
    if (marker >= 0xc0 && marker <= 0xcf && !is_table)
      return ImageSize{file.big(at + 5, 2), file.big(at + 3, 2)};
    // The image's end or its data, with no size before.
    if (marker == 0xd9 || marker == 0xda) break;
    const bool is_alone = marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd8);
    if (!is_alone) at += std::max(2u, file.big(at, 2));
  }
  return std::nullopt;
}

/// GIF89a, 18 and 20. Browsers enlarge the screen to contain its first image, which comes after the
/// colour table and extensions.
std::optional<ImageSize> gif_size(Reader& file) {
  ImageSize size{file.little(6, 2), file.little(8, 2)};
  const std::uint32_t flags = file.byte(10);
  std::size_t at = 13;
  if (flags & 0x80) at += std::size_t(6) << (flags & 7);
  while (file.byte(at) == 0x21) {
    at += 2;
    while (const std::uint32_t length = file.byte(at++)) at += length;
  }
  if (file.byte(at) == 0x2c) {
    size.width = std::max(size.width, file.little(at + 1, 2) + file.little(at + 5, 2));
    size.height = std::max(size.height, file.little(at + 3, 2) + file.little(at + 7, 2));
  }
  return size;
}

/// RFC 9649, 2.7 (extended), 3.4 (lossless); RFC 6386, 9.1 (lossy).
std::optional<ImageSize> webp_size(Reader& file) {
  if (file.has(12, "VP8X"sv)) return ImageSize{file.little(24, 3) + 1, file.little(27, 3) + 1};
  if (file.has(12, "VP8L"sv)) {
    const std::uint32_t bits = file.little(21, 4);
    return ImageSize{(bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1};
  }
  return ImageSize{file.little(26, 2) & 0x3fff, file.little(28, 2) & 0x3fff};
}

/// BITMAPCOREHEADER, or BITMAPINFOHEADER and its extensions. The height is negative where the rows
/// are stored from top to bottom.
std::optional<ImageSize> bmp_size(Reader& file) {
  const std::uint32_t header = file.little(14, 4);
  if (header == 12) return ImageSize{file.little(18, 2), file.little(20, 2)};
  // The longest header has 124 bytes. Any text may begin with "BM".
  if (header < 16 || header > 124) return std::nullopt;
  const std::uint32_t height = file.little(22, 4);
  return ImageSize{file.little(18, 4), height >> 31 ? 0 - height : height};
}

/// ISO/IEC 23008-12, 6.5.3: the largest of the sizes (`ispe`) in the nested boxes (ISO/IEC
/// 14496-12, 4.2). A file may contain tiles and thumbnails besides the image.
std::optional<ImageSize> heif_size(Reader& file) {
  std::optional<ImageSize> largest;
  const auto pixels = [](ImageSize size) { return std::uint64_t(size.width) * size.height; };
  std::size_t at = 0;
  while (at < file.size()) {
    if (file.has(at + 4, "ispe"sv)) {
      const ImageSize size{file.big(at + 12, 4), file.big(at + 16, 4)};
      if (!largest || pixels(size) > pixels(*largest)) largest = size;
    }
    // Into these, behind their own fields; past all others.
    const std::uint32_t length = file.big(at, 4);
    if (file.has(at + 4, "meta"sv))
      at += 12;
    else if (file.has(at + 4, "iprp"sv) || file.has(at + 4, "ipco"sv))
      at += 8;
    else if (length >= 8 && length < file.size() - at)
      at += length;
    else
      break;  // the last box, or a broken one
  }
  return largest;
}

bool is_space(std::uint32_t character) {
  return character == ' ' || (character >= '\t' && character <= '\r');
}

/// The next number of a PGM header, after white space and comments, which end at the end of a line.
std::uint32_t pgm_number(Reader& file, std::size_t& at) {
  while (is_space(file.byte(at)) || file.byte(at) == '#')
    if (file.byte(at++) == '#')
      while (!file.ran_out() && file.byte(at) != '\n' && file.byte(at) != '\r') ++at;
  std::uint32_t number = 0;
  // Saturates: a number of too many digits stays too large.
  for (; file.byte(at) >= '0' && file.byte(at) <= '9'; ++at)
    number = std::min(number, 99'999'999u) * 10 + (file.byte(at) - '0');
  return number;
}

/// Netpbm's pgm(5).
std::optional<ImageSize> pgm_size(Reader& file) {
  std::size_t at = 2;
  const std::uint32_t width = pgm_number(file, at);
  return ImageSize{width, pgm_number(file, at)};
}

using SizeReader = std::optional<ImageSize> (*)(Reader&);

/// The function that reads the size of the file's format; null for unknown formats.
SizeReader reader_for(const Reader& file) {
  if (file.has(0, "\x89PNG\r\n\x1a\n"sv) && file.has(12, "IHDR"sv)) return png_size;
  if (file.has(0, "\xff\xd8\xff"sv)) return jpeg_size;
  if (file.has(0, "GIF87a"sv) || file.has(0, "GIF89a"sv)) return gif_size;
  if (file.has(0, "RIFF"sv) && file.has(8, "WEBPVP8"sv)) return webp_size;
  if (file.has(0, "BM"sv)) return bmp_size;
  if (file.has(4, "ftyp"sv)) return heif_size;
  if (file.has(0, "P5"sv)) return pgm_size;
  return nullptr;
}

}  // namespace

std::optional<ImageSize> read_image_size(std::span<const std::uint8_t> file_start) {
  Reader file(file_start);
  const SizeReader size_of = reader_for(file);
  if (!size_of) return std::nullopt;
  const std::optional<ImageSize> size = size_of(file);
  if (file.ran_out()) return std::nullopt;
  return size;
}

}  // namespace numeral
