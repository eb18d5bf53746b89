#include "train/data/labels_file.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "support/temporary_folder.h"

namespace numeral {
namespace {

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;
using Labels = std::vector<std::string>;

/// The labels in a file of this content.
Result<Labels> labels_in(std::string_view content) {
  const test::TemporaryFolder folder;
  return read_labels_file(folder.write("labels.txt", content));
}

std::string error_of(std::string_view content) {
  const auto labels = labels_in(content);
  return labels ? "" : labels.error().message;
}

TEST_CASE("The labels are the lines of the file") {
  const auto labels = labels_in("T-shirt/top\nAnkle boot\n\xc3\x84rmel\n");
  REQUIRE(labels);
  CHECK(*labels == Labels{"T-shirt/top", "Ankle boot", "\u00c4rmel"});
  CHECK(labels_in("cat\ndog").value() == Labels{"cat", "dog"});
}

TEST_CASE("A file written on Windows gives the same labels") {
  const auto labels = labels_in(
      "\xef\xbb\xbf"
      "cat\r\ndog\r\n");
  REQUIRE(labels);
  CHECK(*labels == Labels{"cat", "dog"});
}

TEST_CASE("A file that is no list of labels is told what is wrong") {
  CHECK_THAT(error_of(""), ContainsSubstring("2 to 256 labels, found 0"));
  CHECK_THAT(error_of("cat\n"), ContainsSubstring("found 1"));
  CHECK_THAT(error_of("cat\n\ndog\n"), ContainsSubstring("label 2, found nothing"));
  CHECK_THAT(error_of("cat\ndog\n\n"), ContainsSubstring("label 3, found nothing"));
  CHECK_THAT(error_of("cat\ndog\ncat\n"), ContainsSubstring("'cat'"));
  CHECK_THAT(error_of("cat\nd\xffg\n"), ContainsSubstring("UTF-8"));
  CHECK_THAT(error_of(std::string_view("cat\nd\0g\n", 8)), ContainsSubstring("label 2"));
}

TEST_CASE("A file of labels that cannot be read is named") {
  const auto labels = read_labels_file("/none/labels.txt");
  REQUIRE_FALSE(labels);
  CHECK_THAT(labels.error().message, StartsWith("/none/labels.txt: "));
}

TEST_CASE("The labels for Fashion-MNIST are its ten") {
  const auto labels =
      read_labels_file(test::project_folder() / "docs" / "fashion-mnist-labels.txt");
  REQUIRE(labels);
  CHECK(labels->size() == 10);
  CHECK((*labels)[7] == "Sneaker");
}

}  // namespace
}  // namespace numeral
