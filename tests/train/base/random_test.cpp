#include "train/base/random.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <numeric>

namespace numeral {
namespace {

TEST_CASE("A stream depends on its seed alone") {
  Random a(7), b(7), c(8);
  const float first = a.uniform(0, 1);
  CHECK(first == b.uniform(0, 1));
  CHECK(first != c.uniform(0, 1));
}

TEST_CASE("Neighbouring examples and epochs have streams of their own") {
  CHECK(Random(1, 1, 1).uniform(0, 1) != Random(1, 1, 2).uniform(0, 1));
  CHECK(Random(1, 1, 2).uniform(0, 1) != Random(1, 2, 1).uniform(0, 1));
}

TEST_CASE("Uniform numbers fill their range evenly") {
  Random random(3);
  int low = 0, high = 0;
  double sum = 0;
  for (int i = 0; i < 10000; ++i) {
    const float value = random.uniform(-2, 6);
    REQUIRE(value >= -2);
    REQUIRE(value < 6);
    low += value < 0;
    high += value > 4;
    sum += value;
  }
  CHECK(std::abs(low - 2500) < 200);
  CHECK(std::abs(high - 2500) < 200);
  CHECK(std::abs(sum / 10000 - 2) < 0.1);
}

TEST_CASE("Shuffling keeps every item and is not the identity") {
  std::vector<int> items(100);
  std::iota(items.begin(), items.end(), 0);
  std::vector<int> shuffled = items;
  Random(5).shuffle(shuffled);
  CHECK(shuffled != items);
  std::sort(shuffled.begin(), shuffled.end());
  CHECK(shuffled == items);
}

}  // namespace
}  // namespace numeral
