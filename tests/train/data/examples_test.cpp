#include "train/data/examples.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <set>

#include "support/drawn_dataset.h"

namespace numeral {
namespace {

TEST_CASE("A split has every picture on one side, by the seed") {
  const Split split = split_at_random(1000, 100, 1);
  CHECK(split.train.size() == 900);
  CHECK(split.validation.size() == 100);
  std::set<std::size_t> all(split.train.begin(), split.train.end());
  all.insert(split.validation.begin(), split.validation.end());
  CHECK(all.size() == 1000);
  CHECK(*all.rbegin() == 999);

  CHECK(split_at_random(1000, 100, 1).validation == split.validation);
  CHECK(split_at_random(1000, 100, 2).validation != split.validation);
}

TEST_CASE("Examples are the preprocessed pictures in order") {
  const IdxDataset dataset = test::drawn_dataset(20);
  const auto examples = preprocess_examples(dataset, {13, 4}, InputMode::kInk);
  REQUIRE(examples);
  REQUIRE(examples->count() == 2);
  CHECK(examples->labels[0].item<int>() == 3);
  CHECK(examples->labels[1].item<int>() == 4);
  const auto expected = preprocess(dataset.image(4));
  REQUIRE(expected);
  CHECK(std::equal(expected->begin(), expected->end(), examples->images[1].data_ptr<float>()));
}

TEST_CASE("A blank picture is named") {
  IdxDataset dataset = test::drawn_dataset(3);
  std::fill(dataset.pixels.begin() + 784, dataset.pixels.begin() + 2 * 784, std::uint8_t{0});
  const auto examples = preprocess_examples(dataset, {0, 1, 2}, InputMode::kInk);
  REQUIRE_FALSE(examples);
  CHECK_THAT(examples.error().message, Catch::Matchers::ContainsSubstring("picture 1"));
}

}  // namespace
}  // namespace numeral
