#include "core/segmentation/sort.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <functional>
#include <random>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace numeral {
namespace {

TEST_CASE("Items are sorted as by std::stable_sort", "[sort]") {
  const auto by_number = [](const auto& a, const auto& b) { return a.first < b.first; };
  std::mt19937 random(1);
  for (const int count : {0, 1, 2, 3, 10, 100, 1000}) {
    std::vector<std::pair<int, std::string>> items;
    for (int i = 0; i < count; ++i)
      items.emplace_back(static_cast<int>(random() % 20), std::to_string(i));
    auto expected = items;
    std::stable_sort(expected.begin(), expected.end(), by_number);
    stable_sort(items, by_number);
    CHECK(items == expected);
  }
}

TEST_CASE("Outside of a span nothing is sorted", "[sort]") {
  std::vector<int> numbers{9, 5, 7, 3, 1};
  stable_sort(std::span(numbers).subspan(1, 3), std::less<>{});
  CHECK(numbers == std::vector<int>{9, 3, 5, 7, 1});
}

}  // namespace
}  // namespace numeral
