#include "photo/jpeg_scans.h"

#include <catch2/catch_test_macros.hpp>
#include <string>

namespace numeral {
namespace {

using namespace std::string_literals;

const std::string kStart =
    "\xff\xd8\xff\xe1\0\x08"
    "Exif\xff\xda"s;
const std::string kScan =
    "\xff\xda\0\x08"
    "\xff\xda"
    "head"
    "data\xff\0\xff\xd0\xff\xff"s;

/// Whether a file has too many scans, at once and byte by byte.
bool has_too_many(const std::string& file) {
  JpegScans at_once, bytewise;
  const std::span bytes(reinterpret_cast<const std::uint8_t*>(file.data()), file.size());
  at_once.add(bytes);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytewise.add(bytes.subspan(i, 1));
  CHECK(bytewise.are_too_many() == at_once.are_too_many());
  return at_once.are_too_many();
}

std::string file_of(int scans) {
  std::string file = kStart;
  for (int i = 0; i < scans; ++i) file += kScan;
  return file;
}

TEST_CASE("The scans of a JPEG are counted", "[jpeg_scans]") {
  CHECK_FALSE(has_too_many(""));
  CHECK_FALSE(has_too_many(file_of(50)));
  CHECK(has_too_many(file_of(51)));
}

TEST_CASE("Markers inside of segments and after the image are not counted", "[jpeg_scans]") {
  std::string picture = "\xff\xe2\x01\x2e"s;
  for (int i = 0; i < 150; ++i) picture += "\xff\xda";
  CHECK_FALSE(has_too_many(kStart + picture + kScan));
  CHECK_FALSE(has_too_many(file_of(20) + "\xff\xd9" + file_of(100)));
  // Segments whose length is less than the 2 bytes that it takes itself.
  std::string bare = kStart;
  for (int i = 0; i < 51; ++i) bare += "\xff\xda\0\0"s;
  CHECK(has_too_many(bare));
}

}  // namespace
}  // namespace numeral
