#include "train/augmentation/negatives.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <numeric>
#include <set>

#include "support/drawn_dataset.h"

namespace numeral {
namespace {

const IdxDataset& digits() {
  static const IdxDataset dataset = test::drawn_dataset(30);
  return dataset;
}

TEST_CASE("Negatives have values from 0 to 1 and differ from each other") {
  const std::vector<std::size_t> indices{0, 3, 7};
  const auto painter = NegativePainter::create(digits(), indices);
  REQUIRE(painter);
  std::set<NetworkInput> seen;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    Random random(seed);
    const NetworkInput input = painter->paint(random);
    const auto [lowest, highest] = std::minmax_element(input.begin(), input.end());
    CHECK(*lowest >= 0);
    CHECK(*highest == 1);
    seen.insert(input);
  }
  CHECK(seen.size() > 280);  // those with a single dot are equal
}

TEST_CASE("The same random numbers give the same negative") {
  const std::vector<std::size_t> indices{0, 1};
  const auto painter = NegativePainter::create(digits(), indices);
  REQUIRE(painter);
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Random a(seed), b(seed);
    CHECK(painter->paint(a) == painter->paint(b));
  }
}

TEST_CASE("Several digits stand beside each other or are drawn over each other") {
  std::vector<std::size_t> indices(30);
  std::iota(indices.begin(), indices.end(), 0);
  const auto painter = NegativePainter::create(digits(), indices);
  REQUIRE(painter);
  int over_each_other = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Random random(seed);
    const NetworkInput input = painter->paint(Negative::kSeveralDigits, random);
    // What is fitted into 20x20 pixels is as tall as that only where it is not wide.
    int rows = 0;
    for (std::size_t y = 0; y < 28; ++y)
      rows += std::any_of(input.begin() + y * 28, input.begin() + (y + 1) * 28,
                          [](float value) { return value > 0.5f; });
    over_each_other += rows >= 18;
  }
  CHECK(over_each_other > 20);
  CHECK(over_each_other < 120);
}

TEST_CASE("No letter that could be a digit is among the negatives") {
  const std::string letters = kLettersUnlikeDigits;
  for (const char like_a_digit : std::string("BDGIJOQSTUYZbgijloqstyz0123456789"))
    CHECK(letters.find(like_a_digit) == std::string::npos);
}

}  // namespace
}  // namespace numeral
