#include "native/idx.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "support/error_of.h"
#include "support/gzip.h"
#include "support/idx_files.h"
#include "support/temporary_folder.h"

namespace numeral {
namespace {

using Catch::Matchers::ContainsSubstring;
using test::big_endian;
using test::idx_images;
using test::idx_labels;
using test::TemporaryFolder;

const std::string kImages = "t10k-images-idx3-ubyte";
const std::string kLabels = "t10k-labels-idx1-ubyte";

/// The error of reading this pair of files; empty on success.
std::string error_of(const std::string& images, const std::string& labels) {
  const TemporaryFolder folder;
  folder.write(kImages, images);
  folder.write(kLabels, labels);
  return test::error_of(read_idx_dataset(folder.path(), "t10k", 10));
}

const std::string kGoodImages =
    idx_images(2, 2, 3, std::string("\0\1\2\3\4\5\6\7\10\11\12\13", 12));
const std::string kGoodLabels = idx_labels(std::string("\7\0", 2));

TEST_CASE("Valid files are read", "[idx]") {
  const TemporaryFolder folder;
  folder.write(kImages, kGoodImages);
  folder.write(kLabels, kGoodLabels);
  const auto dataset = read_idx_dataset(folder.path(), "t10k", 10);
  REQUIRE(dataset);
  CHECK(dataset->count() == 2);
  CHECK(dataset->width == 3);
  CHECK(dataset->height == 2);
  CHECK(dataset->labels == std::vector<std::uint8_t>{7, 0});
  const GrayImage second = dataset->image(1);
  CHECK(second.width == 3);
  CHECK(second.height == 2);
  CHECK(second.pixels == std::vector<std::uint8_t>{6, 7, 8, 9, 10, 11});
}

TEST_CASE("Gzipped files are read", "[idx]") {
  const TemporaryFolder folder;
  folder.write(kImages + ".gz", test::gzipped(kGoodImages));
  folder.write(kLabels + ".gz", test::gzipped(kGoodLabels));
  const auto dataset = read_idx_dataset(folder.path(), "t10k", 10);
  REQUIRE(dataset);
  CHECK(dataset->count() == 2);
}

TEST_CASE("Files with a dot in their names, as some mirrors have them, are read", "[idx]") {
  const TemporaryFolder folder;
  folder.write("t10k-images.idx3-ubyte", kGoodImages);
  folder.write("t10k-labels.idx1-ubyte.gz", test::gzipped(kGoodLabels));
  const auto dataset = read_idx_dataset(folder.path(), "t10k", 10);
  REQUIRE(dataset);
  CHECK(dataset->count() == 2);
}

TEST_CASE("A missing folder or file is named", "[idx]") {
  const TemporaryFolder folder;
  const auto no_folder = read_idx_dataset(folder.path() / "none", "t10k", 10);
  REQUIRE_FALSE(no_folder);
  CHECK_THAT(no_folder.error().message, ContainsSubstring("none: expected a folder"));

  folder.write(kImages, kGoodImages);
  const auto no_labels = read_idx_dataset(folder.path(), "t10k", 10);
  REQUIRE_FALSE(no_labels);
  CHECK_THAT(no_labels.error().message, ContainsSubstring(kLabels));
}

TEST_CASE("A wrong magic number is refused", "[idx]") {
  CHECK_THAT(error_of(kGoodLabels + std::string(8, '\0'), kGoodLabels),
             ContainsSubstring(kImages + ": expected the magic number 2051, found 2049"));
  CHECK_THAT(error_of(kGoodImages, kGoodImages),
             ContainsSubstring(kLabels + ": expected the magic number 2049, found 2051"));
}

TEST_CASE("A wrong size is refused with what was expected and found", "[idx]") {
  const std::string expected = kImages + ": expected 28 bytes for 2 images of 3x2, found ";
  CHECK_THAT(error_of(kGoodImages.substr(0, 27), kGoodLabels), ContainsSubstring(expected + "27"));
  CHECK_THAT(error_of(kGoodImages + "x", kGoodLabels), ContainsSubstring(expected + "29"));
  CHECK_THAT(error_of(kGoodImages, kGoodLabels + "x"),
             ContainsSubstring(kLabels + ": expected 10 bytes for 2 labels, found 11"));
}

TEST_CASE("A file shorter than its header is refused", "[idx]") {
  CHECK_THAT(error_of("", kGoodLabels), ContainsSubstring("found 0 bytes in all"));
  CHECK_THAT(error_of(kGoodImages, big_endian(0x801)), ContainsSubstring("found 4 bytes in all"));
}

TEST_CASE("Huge counts are refused before allocating", "[idx]") {
  CHECK_THAT(error_of(idx_images(0xffffffff, 4096, 4096, ""), kGoodLabels),
             ContainsSubstring("expected 72057594021150736 bytes"));
  const std::string expected = "expected at least one image of 1x1 to 4096x4096 pixels, found ";
  CHECK_THAT(error_of(idx_images(1, 4097, 1, ""), kGoodLabels),
             ContainsSubstring(expected + "1 images of 1x4097"));
  CHECK_THAT(error_of(idx_images(1, 1, 4097, ""), kGoodLabels),
             ContainsSubstring(expected + "1 images of 4097x1"));
  CHECK_THAT(error_of(idx_images(0, 28, 28, ""), idx_labels("")),
             ContainsSubstring("expected at least one image"));
}

TEST_CASE("A label that is not a class is refused", "[idx]") {
  CHECK_THAT(error_of(kGoodImages, idx_labels("\1\12")),
             ContainsSubstring("expected labels from 0 to 9, found 10 as label 1"));
}

TEST_CASE("The numbers of images and labels must be equal", "[idx]") {
  CHECK_THAT(error_of(kGoodImages, idx_labels("\1\2\3")),
             ContainsSubstring(kLabels + ": expected 2 labels, one for each image of " + kImages +
                               ", found 3"));
}

}  // namespace
}  // namespace numeral
