#include "core/labels.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

namespace numeral {
namespace {

using Catch::Matchers::ContainsSubstring;

/// The error that check_labels returns; empty for valid labels.
std::string error_of(const std::vector<std::string>& labels) {
  const auto fine = check_labels(labels);
  return fine ? "" : fine.error().message;
}

std::vector<std::string> numbered(std::size_t count) {
  std::vector<std::string> labels;
  for (std::size_t i = 0; i < count; ++i) labels.push_back("label " + std::to_string(i));
  return labels;
}

TEST_CASE("Labels may be of any language", "[labels]") {
  CHECK(error_of({"Katze", "\u732b"}).empty());
  CHECK(error_of({"T-shirt/top", "Ankle boot", "0"}).empty());
}

TEST_CASE("There are 2 to 256 labels", "[labels]") {
  CHECK_THAT(error_of({}), ContainsSubstring("2 to 256 labels, found 0"));
  CHECK_THAT(error_of({"only"}), ContainsSubstring("found 1"));
  CHECK(error_of(numbered(256)).empty());
  CHECK_THAT(error_of(numbered(257)), ContainsSubstring("found 257"));
}

TEST_CASE("Labels are one line of text each", "[labels]") {
  CHECK_THAT(error_of({"a", ""}), ContainsSubstring("label 2, found nothing"));
  CHECK_THAT(error_of({"a\tb", "c"}), ContainsSubstring("label 1"));
  CHECK_THAT(error_of({"a", "b\n"}), ContainsSubstring("label 2"));
  CHECK_THAT(error_of({"a", "\x7f"}), ContainsSubstring("label 2"));
  CHECK_THAT(error_of({" a", "b"}), ContainsSubstring("label 1"));
  CHECK_THAT(error_of({"a", "b "}), ContainsSubstring("label 2"));
}

TEST_CASE("Labels are unique", "[labels]") {
  CHECK_THAT(error_of({"cat", "dog", "cat"}), ContainsSubstring("'cat' as label 1 and as label 3"));
}

TEST_CASE("Labels are digits where each is one", "[labels]") {
  CHECK(are_digits({"0", "1", "2"}));
  CHECK_FALSE(are_digits({"0", "10"}));
  CHECK_FALSE(are_digits({"0", "a"}));
}

}  // namespace
}  // namespace numeral
