#include "native/decode_image.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <string>
#include <vector>

#include "support/png.h"

namespace numeral {
namespace {

using namespace std::string_literals;
using Catch::Matchers::ContainsSubstring;
using test::deflated;
using test::png_chunk;
using test::png_end;
using test::png_start;

std::span<const std::uint8_t> bytes_of(const std::string& file) {
  return {reinterpret_cast<const std::uint8_t*>(file.data()), file.size()};
}

Result<RgbaPixels> decode(const std::string& file) {
  const auto size = read_image_size(bytes_of(file));
  REQUIRE(size);
  return decode_image(bytes_of(file), *size);
}

std::string error_of(const std::string& file) {
  const auto pixels = decode(file);
  return pixels ? "" : pixels.error().message;
}

/// A pixel's red, green, blue and alpha.
std::vector<int> pixel(const Result<RgbaPixels>& pixels, int index) {
  REQUIRE(pixels);
  const std::uint8_t* const first = pixels->get() + std::ptrdiff_t(index) * 4;
  return {first, first + 4};
}

TEST_CASE("Every kind of PNG is decoded to RGBA", "[decode_image]") {
  using Values = std::vector<int>;
  // Two pixels, one dark and one light.
  const auto grey1 = decode(png_start(2, 1, 1, 0) + png_end("\0\x40"s));
  CHECK(pixel(grey1, 0) == Values{0, 0, 0, 255});
  CHECK(pixel(grey1, 1) == Values{255, 255, 255, 255});
  const auto grey16 = decode(png_start(2, 1, 16, 0) + png_end("\0\x12\x34\xab\xcd"s));
  CHECK(pixel(grey16, 0) == Values{0x12, 0x12, 0x12, 255});
  CHECK(pixel(grey16, 1) == Values{0xab, 0xab, 0xab, 255});
  const auto grey_alpha = decode(png_start(2, 1, 8, 4) + png_end("\0\x10\x80\x20\xff"s));
  CHECK(pixel(grey_alpha, 0) == Values{0x10, 0x10, 0x10, 0x80});
  const auto rgba16 = decode(png_start(1, 1, 16, 6) + png_end("\0\x10\1\x20\1\x30\1\x40\1"s));
  CHECK(pixel(rgba16, 0) == Values{0x10, 0x20, 0x30, 0x40});
  const auto palette = decode(png_start(2, 1, 8, 3) + png_chunk("PLTE", "\1\2\3\4\5\6") +
                              png_chunk("tRNS", "\x80") + png_end("\0\1\0"s));
  CHECK(pixel(palette, 0) == Values{4, 5, 6, 255});
  CHECK(pixel(palette, 1) == Values{1, 2, 3, 0x80});
  // Interlaced: the first pass has the first pixel, the second pass the second.
  const auto interlaced = decode(png_start(2, 1, 8, 0, true) + png_end("\0\x11\0\x22"s));
  CHECK(pixel(interlaced, 0) == Values{0x11, 0x11, 0x11, 255});
  CHECK(pixel(interlaced, 1) == Values{0x22, 0x22, 0x22, 255});
}

TEST_CASE("A decompression bomb is refused", "[decode_image]") {
  // 64 megabytes of data in an image of 28 x 28.
  const std::string bomb =
      png_start(28, 28) + png_chunk("IDAT", deflated("", 64 << 20)) + png_chunk("IEND", "");
  CHECK(bomb.size() < 100'000);
  CHECK_THAT(error_of(bomb), ContainsSubstring("more memory than its size calls for"));
  // Valid images that need the most memory are decoded.
  const std::string row = deflated("", std::size_t(1000) * 8001);
  for (const bool interlaced : {false, true})
    CHECK(decode(png_start(1000, 1000, 16, 6, interlaced) +
                 png_chunk("IDAT", deflated("", 8'010'000)) + png_chunk("IEND", "")));
  CHECK(decode(png_start(1, 100'000, 1) + png_end(std::string(200'000, '\0'))));
}

TEST_CASE("A PNG's other chunks are not decompressed", "[decode_image]") {
  const std::string bomb = "x\0\0"s + deflated("", 64 << 20);
  for (const char* chunk : {"zTXt", "iCCP", "iTXt"})
    CHECK(decode(png_start(1, 1) + png_chunk(chunk, bomb) + png_end("\0\x55"s)));
}

TEST_CASE("A broken PNG is refused in one line", "[decode_image]") {
  const std::string start = png_start(28, 28),
                    end = png_end(std::string(std::size_t(28) * 29, '\0'));
  CHECK(decode(start + end));
  // A chunk of 2 GB that is missing; a chunk whose name is an escape sequence.
  CHECK(error_of(start + "\x7f\xff\xff\xff" + "IDAT") != "");
  CHECK(error_of(start + png_chunk("\x1b[2J", "") + end) == "\\x1b[2J PNG chunk not known");
  CHECK(error_of(png_start(0, 0) + png_end("\0"s)) != "");
  for (std::size_t length = start.size(); length < start.size() + end.size() - 12; ++length)
    CHECK(error_of((start + end).substr(0, length)) != "");
  CHECK(error_of(start) == "it breaks off");
}

TEST_CASE("A BMP without its pixels is refused", "[decode_image]") {
  const auto little = [](std::uint32_t value) {
    const std::string big = test::big_endian(value, 4);
    return std::string(big.rbegin(), big.rend());
  };
  const auto bmp = [&](std::uint32_t width, const std::string& rows) {
    return "BM" + std::string(8, '\0') + little(54) + little(40) + little(width) + little(1) +
           "\1\0\x18\0"s + std::string(24, '\0') + rows;
  };
  CHECK(pixel(decode(bmp(1, "\1\2\3\0"s)), 0) == std::vector<int>{3, 2, 1, 255});
  CHECK(error_of(bmp(10'000'000, "")) == "it breaks off");
}

TEST_CASE("A JPEG with too many scans is refused", "[decode_image]") {
  const auto segment = [](int marker, const std::string& content) {
    return "\xff"s + char(marker) + test::big_endian(std::uint32_t(content.size()) + 2, 2) +
           content;
  };
  const std::string start = "\xff\xd8" + segment(0xdb, '\0' + std::string(64, '\1')) +
                            segment(0xc4, "\0\1"s + std::string(15, '\0') + '\0') +
                            segment(0xc4, "\x10\1"s + std::string(15, '\0') + '\0') +
                            segment(0xc0, "\x08\0\x08\0\x08\1\1\x11\0"s);
  // Entropy-coded data; 0xff is escaped with 0.
  const std::string scan = segment(0xda, "\1\1\0\0\x3f\0"s) + "\0\xff\0"s;
  CHECK(decode(start + scan + "\xff\xd9"));
  std::string often = start;
  for (int i = 0; i < 51; ++i) often += scan;
  CHECK_THAT(error_of(often + "\xff\xd9"), ContainsSubstring("far too many scans"));
  // Scans after the image's end do not count: a file may contain a video after it.
  CHECK(decode(start + scan + "\xff\xd9" + often));
}

TEST_CASE("An image of another size than declared is refused", "[decode_image]") {
  const std::string file = png_start(1, 1) + png_end("\0\x55"s);
  CHECK(decode_image(bytes_of(file), {1, 1}));
  CHECK_FALSE(decode_image(bytes_of(file), {2, 1}));
  CHECK_FALSE(decode_image(bytes_of(file), {1, 2}));
}

}  // namespace
}  // namespace numeral
