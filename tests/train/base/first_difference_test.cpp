#include "train/base/first_difference.h"

#include <catch2/catch_test_macros.hpp>

namespace numeral {
namespace {

using nlohmann::ordered_json;

TEST_CASE("The first entry that differs is named, with both values", "[first_difference]") {
  const ordered_json expected = {{"epochs", 30}, {"device", "cpu"}};
  CHECK_FALSE(first_difference(expected, expected));
  CHECK(first_difference(expected, {{"epochs", 20}, {"device", "cuda"}}) ==
        "epochs: expected 30, found 20");
  CHECK(first_difference(expected, {{"epochs", 30}}) == "device: expected \"cpu\", found nothing");
  CHECK(first_difference(expected, {{"epochs", 30}, {"device", "\x1b[2J\u009b"}}) ==
        R"(device: expected "cpu", found "\u001b[2J\u009b")");
  CHECK(first_difference(expected, {{"epochs", 30}, {"device", "cpu"}, {"more", 1}}));
}

}  // namespace
}  // namespace numeral
