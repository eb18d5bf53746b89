#include "native/image_file.h"

#include <stb/stb_image_write.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cstdlib>
#include <functional>

#include "native/exif_orientation.h"
#include "native/files.h"
#include "support/drawing.h"
#include "support/error_of.h"
#include "support/exif.h"
#include "support/png.h"
#include "support/temporary_folder.h"

namespace numeral {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::ContainsSubstring;
using test::TemporaryFolder;

std::string error_of(const fs::path& path) { return test::error_of(load_image_file(path)); }

TEST_CASE("PNG, JPEG, BMP and PGM are read", "[image_file]") {
  const TemporaryFolder folder;
  const GrayImage drawn = draw(test::digit_strokes(2), {});
  const std::string png = (folder.path() / "a.png").string();
  const std::string bmp = (folder.path() / "a.bmp").string();
  const std::string jpg = (folder.path() / "a.jpg").string();
  REQUIRE(stbi_write_png(png.c_str(), 280, 280, 1, drawn.pixels.data(), 280));
  REQUIRE(stbi_write_bmp(bmp.c_str(), 280, 280, 1, drawn.pixels.data()));
  REQUIRE(stbi_write_jpg(jpg.c_str(), 280, 280, 1, drawn.pixels.data(), 90));
  const fs::path pgm = folder.write("a.pgm", test::pgm_of(drawn));

  for (const fs::path& path : {fs::path(png), fs::path(bmp), pgm}) {
    CAPTURE(path);
    const auto image = load_image_file(path);
    REQUIRE(image);
    CHECK(image->width == 280);
    CHECK(image->height == 280);
    CHECK(image->pixels == drawn.pixels);
  }
  const auto lossy = load_image_file(jpg);
  REQUIRE(lossy);
  int furthest = 0;
  for (std::size_t i = 0; i < drawn.pixels.size(); ++i)
    furthest = std::max(furthest, std::abs(lossy->pixels[i] - drawn.pixels[i]));
  CHECK(furthest < 60);
}

TEST_CASE("An image is turned upright by its orientation", "[image_file]") {
  const TemporaryFolder folder;
  const GrayImage drawn = draw(test::digit_strokes(7), {});
  const std::string jpg = (folder.path() / "stored.jpg").string();
  REQUIRE(stbi_write_jpg(jpg.c_str(), 280, 280, 1, drawn.pixels.data(), 90));
  const auto stored = load_image_file(jpg);
  REQUIRE(stored);
  const auto bytes = test::with_orientation(read_file(jpg, 1 << 20).value(), 6);
  const fs::path turned = folder.write("turned.jpg", std::string(bytes.begin(), bytes.end()));
  const auto image = load_image_file(turned);
  REQUIRE(image);
  CHECK(image->pixels == apply_orientation(*stored, 6).pixels);
  CHECK(image->pixels != stored->pixels);
  const auto picture = load_picture_file(turned);
  REQUIRE(picture);
  CHECK(picture->image.pixels == image->pixels);
}

TEST_CASE("A large picture is scaled down, and knows its size", "[image_file]") {
  const TemporaryFolder folder;
  const GrayImage white{1500, 600, std::vector<std::uint8_t>(std::size_t(1500) * 600, 255)};
  const std::string jpg = (folder.path() / "stored.jpg").string();
  REQUIRE(stbi_write_jpg(jpg.c_str(), 1500, 600, 1, white.pixels.data(), 90));
  const auto bytes = test::with_orientation(read_file(jpg, 1 << 20).value(), 6);
  const fs::path turned = folder.write("turned.jpg", std::string(bytes.begin(), bytes.end()));
  const auto picture = load_picture_file(turned);
  REQUIRE(picture);
  CHECK(picture->width == 600);
  CHECK(picture->height == 1500);
  CHECK(picture->image.width == 480);
  CHECK(picture->image.height == 1200);
}

TEST_CASE("A file that is not an image is refused with its name", "[image_file]") {
  const TemporaryFolder folder;
  CHECK_THAT(error_of(folder.write("empty.png", "")), ContainsSubstring("empty.png: expected"));
  CHECK_THAT(error_of(folder.write("text.png", "no picture")),
             ContainsSubstring("text.png: expected a PNG, JPEG, BMP or PGM"));
  CHECK_THAT(error_of(folder.path() / "none.png"), ContainsSubstring("none.png: cannot be read"));
  CHECK_THAT(error_of(folder.path()), ContainsSubstring("found a folder"));
  CHECK_THAT(error_of("/dev/zero"), ContainsSubstring("/dev/zero: expected a file"));
  // read_image_size knows the format, but it is not decoded.
  CHECK_THAT(error_of(folder.write("a.gif", "GIF89a\1\1\1\1\1\1\1;")),
             ContainsSubstring("a.gif: expected a PNG, JPEG, BMP or PGM"));
  CHECK_THAT(error_of(folder.write("zeros.png", std::string(1000, '\0'))),
             ContainsSubstring("zeros.png"));
}

TEST_CASE("A truncated image is refused", "[image_file]") {
  const TemporaryFolder folder;
  const GrayImage drawn = draw(test::digit_strokes(2), {});
  const std::string path = (folder.path() / "cut.png").string();
  REQUIRE(stbi_write_png(path.c_str(), 280, 280, 1, drawn.pixels.data(), 280));
  fs::resize_file(path, fs::file_size(path) / 2);
  CHECK_THAT(error_of(path), ContainsSubstring("cut.png"));
}

TEST_CASE("More than 100 megapixels are refused before decoding", "[image_file]") {
  const TemporaryFolder folder;
  CHECK_THAT(error_of(folder.write("huge.pgm", "P5\n100000 1001\n255\n")),
             ContainsSubstring("expected at most 100 megapixels, found 100000x1001"));
  CHECK_THAT(error_of(folder.write("huge.png", test::png_start(30'000, 30'000))),
             ContainsSubstring("expected at most 100 megapixels, found 30000x30000"));
  CHECK_THAT(error_of(folder.write("huge.jpg", "\xff\xd8\xff\xc0\1\1\x08\xff\xff\xff\xff")),
             ContainsSubstring("expected at most 100 megapixels, found 65535x65535"));
}

TEST_CASE("An image without pixels or without a size is refused", "[image_file]") {
  const TemporaryFolder folder;
  CHECK_THAT(error_of(folder.write("none.png", test::png_start(0, 5) + test::png_end(""))),
             ContainsSubstring("none.png: the picture is broken: it says that it has no pixels"));
  CHECK_THAT(error_of(folder.write("cut.jpg", "\xff\xd8\xff")),
             ContainsSubstring("cut.jpg: the picture is broken: it does not say its size"));
}

TEST_CASE("An image may be one pixel wide or high", "[image_file]") {
  const TemporaryFolder folder;
  for (const auto& [width, height] : {std::pair(1, 100'000), {100'000, 1}, {1, 1}}) {
    const std::string rows(std::size_t(width + 1) * std::size_t(height), '\0');
    const fs::path path =
        folder.write("narrow.png", test::png_start(std::uint32_t(width), std::uint32_t(height)) +
                                       test::png_end(rows));
    const auto image = load_image_file(path);
    REQUIRE(image);
    CHECK(image->width == width);
    CHECK(image->height == height);
    CHECK(load_picture_file(path));
  }
}

}  // namespace
}  // namespace numeral
