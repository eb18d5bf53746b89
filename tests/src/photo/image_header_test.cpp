#include "photo/image_header.h"

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "support/png.h"

namespace numeral {
namespace {

using namespace std::string_literals;
using test::big_endian;

std::optional<ImageSize> size_of(const std::string& file) {
  return read_image_size({reinterpret_cast<const std::uint8_t*>(file.data()), file.size()});
}

void check_is(std::optional<ImageSize> size, std::uint32_t width, std::uint32_t height) {
  REQUIRE(size);
  CHECK(size->width == width);
  CHECK(size->height == height);
}

/// Checks that a file has that size, and that it has none where it is truncated by more than
/// `unneeded` bytes.
void check_size(const std::string& file, std::uint32_t width, std::uint32_t height,
                std::size_t unneeded = 0) {
  check_is(size_of(file), width, height);
  for (std::size_t length = 0; length < file.size(); ++length) {
    CAPTURE(length, file.size());
    // A copy, so that the sanitizers detect reads past its end.
    const std::vector<std::uint8_t> part(file.begin(), file.begin() + std::ptrdiff_t(length));
    if (length < file.size() - unneeded)
      CHECK_FALSE(read_image_size(part));
    else
      check_is(read_image_size(part), width, height);
  }
}

std::string little_endian(std::uint32_t value, int bytes) {
  const std::string big = big_endian(value, bytes);
  return {big.rbegin(), big.rend()};
}

std::string jpeg_segment(int marker, const std::string& content) {
  return "\xff"s + char(marker) + big_endian(std::uint32_t(content.size()) + 2, 2) + content;
}

std::string jpeg_frame(int marker, std::uint32_t width, std::uint32_t height) {
  return jpeg_segment(
      marker, "\x08" + big_endian(height, 2) + big_endian(width, 2) + "\x01\x01\x11"s + '\0');
}

std::string box(const std::string& type, const std::string& content) {
  return big_endian(std::uint32_t(content.size()) + 8, 4) + type + content;
}

std::string ispe(std::uint32_t width, std::uint32_t height) {
  return box("ispe", std::string(4, '\0') + big_endian(width, 4) + big_endian(height, 4));
}

TEST_CASE("The size of a PNG is in its header", "[image_header]") {
  check_size(test::png_start(30000, 20000), 30000, 20000, 9);
  check_size(test::png_start(0xffffffff, 0), 0xffffffff, 0, 9);
  CHECK_FALSE(size_of("\x89PNG\r\n\x1a\n" + test::png_chunk("IDAT", std::string(20, 'x'))));
}

TEST_CASE("The size of a JPEG is in its frame header, after other segments", "[image_header]") {
  const std::string start = "\xff\xd8";
  check_size(start + jpeg_frame(0xc0, 640, 480), 640, 480, 4);
  check_size(start + jpeg_frame(0xc2, 65535, 65535), 65535, 65535, 4);
  // Exif contains a thumbnail, a colour profile any bytes; C4, C8 and CC are tables.
  const std::string before = jpeg_segment(0xe1, "Exif\0\0"s + start + jpeg_frame(0xc0, 160, 120)) +
                             jpeg_segment(0xe2, std::string(65533, '\xff')) +
                             jpeg_segment(0xc4, std::string(20, '\xc0')) + jpeg_segment(0xdb, "") +
                             "\xff\xff\xff\x01junk\xff"s + '\0';
  check_size(start + before + jpeg_frame(0xc1, 300, 200), 300, 200, 4);
  for (const int table : {0xc4, 0xc8, 0xcc})
    check_size(start + jpeg_segment(table, std::string(20, '\1')) + jpeg_frame(0xc1, 300, 200), 300,
               200, 4);
  CHECK_FALSE(size_of(start + before + "\xff\xd9" + jpeg_frame(0xc0, 1, 1)));
  CHECK_FALSE(size_of(start + jpeg_segment(0xda, "") + jpeg_frame(0xc0, 1, 1)));
}

TEST_CASE("The size of a GIF is its screen's, or what its first image needs", "[image_header]") {
  const std::string screen = "GIF89a" + little_endian(300, 2) + little_endian(400, 2);
  const std::string none = "\0\0\0"s, table = "\xf0\0\0"s + std::string(6, 'x');
  const std::string extension = "\x21\xf9\x04\x01\x02\x03\x04\0"s;
  const auto picture = [](std::uint32_t left, std::uint32_t top, std::uint32_t width,
                          std::uint32_t height) {
    return "," + little_endian(left, 2) + little_endian(top, 2) + little_endian(width, 2) +
           little_endian(height, 2) + '\0';
  };
  check_size(screen + none + picture(0, 0, 300, 400), 300, 400, 1);
  check_size(screen + table + extension + extension + picture(1, 2, 3, 4), 300, 400, 1);
  check_size(screen + table + extension + picture(35000, 30000, 65535, 65535), 100535, 95535, 1);
  check_size("GIF87a" + screen.substr(6) + none + ";", 300, 400);
}

TEST_CASE("The size of a WebP is in the header of each variant", "[image_header]") {
  const auto webp = [](const std::string& chunk, const std::string& content) {
    return "RIFF" + little_endian(100, 4) + "WEBP" + chunk + little_endian(50, 4) + content;
  };
  check_size(
      webp("VP8X", std::string(4, '\0') + little_endian(16'777'215, 3) + little_endian(9'999, 3)),
      16'777'216, 10'000);
  check_size(webp("VP8L", "\x2f" + little_endian(299u | 399u << 14, 4)), 300, 400);
  check_size(webp("VP8 ", "abc\x9d\x01\x2a" + little_endian(300, 2) + little_endian(0xc190, 2)),
             300, 400);
}

TEST_CASE("The size of a BMP is in its header, old or new", "[image_header]") {
  const std::string start = "BM" + std::string(12, '\0');
  check_size(start + little_endian(12, 4) + little_endian(300, 2) + little_endian(400, 2), 300,
             400);
  const auto info = [&](std::uint32_t width, std::uint32_t height) {
    return start + little_endian(40, 4) + little_endian(width, 4) + little_endian(height, 4);
  };
  check_size(info(300, 200), 300, 200);
  check_size(info(300, 0u - 200), 300, 200);
  CHECK(size_of(info(300, 0x80000000))->height == 0x80000000);
  CHECK_FALSE(size_of("BMW builds cars, and this is a text about them."));
}

TEST_CASE("The size of an AVIF or HEIF is the largest in the file", "[image_header]") {
  const std::string start = box("ftyp", "avifxxxxmif1");
  const std::string sizes = ispe(160, 120) + ispe(8000, 6000) + ispe(320, 240);
  const std::string meta =
      box("meta", std::string(4, '\0') + box("hdlr", std::string(20, 'x')) +
                      box("iprp", box("ipco", sizes) + box("ipma", "xxxx")) + box("iloc", "xxxx"));
  check_is(size_of(start + meta), 8000, 6000);
  check_is(size_of(start + box("free", "1234") + meta + box("mdat", "pixels")), 8000, 6000);
  // Of a truncated file, the largest so far.
  const std::string whole = start + meta;
  const std::size_t first = whole.find("ispe"), second = whole.find("ispe", first + 1);
  check_is(size_of(whole.substr(0, second + 16)), 8000, 6000);
  check_is(size_of(whole.substr(0, second - 4)), 160, 120);
  check_size(whole.substr(0, first + 16), 160, 120);
  CHECK_FALSE(size_of(start + box("mdat", "pixels")));
  // A length that would wrap around in 32 bits.
  CHECK_FALSE(size_of(start + "\xff\xff\xff\xf0" + "free" + std::string(40, '\0')));
}

TEST_CASE("The size of a PGM is in its text", "[image_header]") {
  check_size("P5\n# a comment\n 300\t#200\n200\n", 300, 200);
  // Lines may end with a carriage return.
  check_size("P5\r# a comment\r300\r#200\r200\r", 300, 200);
  CHECK(size_of("P5 99999999999999999999 1 ")->width > kMaxPixels);
  CHECK_FALSE(size_of("P5 300"));
  CHECK(size_of("P5 x ")->width == 0);
}

TEST_CASE("Other files have no size", "[image_header]") {
  for (const std::string& file : {""s, "words"s, std::string(100, '\0'), "<svg width='5'/>"s})
    CHECK_FALSE(size_of(file));
}

TEST_CASE("An image may have up to 100 megapixels", "[image_header]") {
  CHECK(fits({1, 1}));
  CHECK(fits({10'000, 10'000}));
  CHECK(fits({100'000'000, 1}));
  CHECK_FALSE(fits({10'000, 10'001}));
  CHECK_FALSE(fits({0, 5}));
  CHECK_FALSE(fits({5, 0}));
  // Products that wrap around in 32 bits.
  CHECK_FALSE(fits({65'536, 65'536}));
  CHECK_FALSE(fits({0xffffffff, 0xffffffff}));
}

}  // namespace
}  // namespace numeral
