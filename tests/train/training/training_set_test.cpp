#include "train/training/training_set.h"

#include <catch2/catch_test_macros.hpp>

#include "support/drawn_dataset.h"
#include "train/data/data_loader.h"

namespace numeral {
namespace {

using test::first;

TEST_CASE("Without augmentation the examples are the preprocessed pictures", "[training_set]") {
  const IdxDataset dataset = test::drawn_dataset(10);
  const auto indices = first(10);
  TrainSettings settings;
  settings.augmentation = Augmentation::kNone;
  const TrainingSet set(dataset, indices, settings);
  CHECK(set.indices() == indices);
  Random random(1);
  for (const std::size_t index : indices) {
    const auto expected = preprocess(dataset.image(index));
    REQUIRE(expected);
    const Example example = set.example(index, random);
    CHECK(example.input == *expected);
    CHECK(example.label == int(index));
  }
}

TEST_CASE("Augmentation changes the pictures, by the random numbers alone", "[training_set]") {
  const IdxDataset dataset = test::drawn_dataset(10);
  const auto indices = first(10);
  const TrainingSet set(dataset, indices, {});
  Random one(1), again(1), two(2);
  const Example example = set.example(3, one);
  CHECK(example.input == set.example(3, again).input);
  CHECK(example.input != set.example(3, two).input);
  CHECK(example.input != *preprocess(dataset.image(3)));
}

TEST_CASE("Negatives come among the pictures, whichever worker they fall to", "[training_set]") {
  const IdxDataset dataset = test::drawn_dataset(50);
  const auto indices = first(40);
  TrainSettings settings;
  settings.negatives = 0.25;
  const TrainingSet set(dataset, indices, settings);
  REQUIRE(set.count() == 50);
  REQUIRE(set.indices().size() == 50);
  CHECK(set.indices().back() == 59);  // the data set has 50 pictures, of which 40 train

  const auto batches = [&](std::uint64_t epoch, int rank, int workers) {
    DataLoader loader(set.indices(),
                      [&](std::size_t index, Random& random) { return set.example(index, random); },
                      epoch, {16, 5, 1, 0, rank, workers});
    std::vector<Examples> all;
    while (auto batch = loader.next()) all.push_back(std::move(*batch));
    return all;
  };
  const auto whole = batches(2, 0, 1), other_epoch = batches(3, 0, 1);
  const auto one = batches(2, 0, 2), two = batches(2, 1, 2);
  REQUIRE(whole.size() == 4);  // of 16, 16, 16 and 2
  int negatives = 0;
  for (std::size_t i = 0; i < whole.size(); ++i) {
    negatives += whole[i].labels.eq(10).sum().item<int>();
    CHECK(torch::equal(torch::cat({one[i].images, two[i].images}), whole[i].images));
    CHECK(torch::equal(torch::cat({one[i].labels, two[i].labels}), whole[i].labels));
    CHECK_FALSE(torch::equal(whole[i].images, other_epoch[i].images));
  }
  CHECK(negatives == 10);
}

}  // namespace
}  // namespace numeral
