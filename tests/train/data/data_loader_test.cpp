#include "train/data/data_loader.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <new>
#include <numeric>

#include "support/drawn_dataset.h"

namespace numeral {
namespace {

const Transform kAugmented = training_transform(Augmentation::kDigits, InputMode::kInk);
const Transform kPlain = training_transform(Augmentation::kNone, InputMode::kInk);

std::vector<Examples> all_batches(const IdxDataset& dataset, std::uint64_t epoch,
                                  const DataLoader::Settings& settings) {
  std::vector<std::size_t> indices(dataset.count());
  std::iota(indices.begin(), indices.end(), std::size_t{0});
  DataLoader loader(dataset, indices, epoch, settings);
  std::vector<Examples> batches;
  while (auto batch = loader.next()) batches.push_back(std::move(*batch));
  CHECK_FALSE(loader.next());
  return batches;
}

torch::Tensor all_images(const std::vector<Examples>& batches) {
  std::vector<torch::Tensor> images;
  for (const Examples& batch : batches) images.push_back(batch.images);
  return torch::cat(images);
}

TEST_CASE("An epoch has every picture once, the last batch what is left") {
  const IdxDataset dataset = test::drawn_dataset(70);
  const auto batches = all_batches(dataset, 1, {32, 1, kAugmented, 2});
  REQUIRE(batches.size() == 3);
  CHECK(batches[0].count() == 32);
  CHECK(batches[2].count() == 6);
  CHECK(batches[0].images.sizes() == std::vector<std::int64_t>{32, 1, 28, 28});
  std::vector<int> seen(10);
  for (const Examples& batch : batches)
    for (std::int64_t i = 0; i < batch.count(); ++i) ++seen[batch.labels[i].item<std::int64_t>()];
  CHECK(seen == std::vector<int>(10, 7));
}

TEST_CASE("The number of threads changes nothing") {
  const IdxDataset dataset = test::drawn_dataset(100);
  const auto one = all_batches(dataset, 3, {16, 5, kAugmented, 1});
  const auto four = all_batches(dataset, 3, {16, 5, kAugmented, 4});
  CHECK(torch::equal(all_images(one), all_images(four)));
}

TEST_CASE("Workers' parts make up the batches of one") {
  const IdxDataset dataset = test::drawn_dataset(33);
  const auto whole = all_batches(dataset, 2, {16, 5, kAugmented, 1});
  std::vector<std::vector<Examples>> parts;
  for (const int rank : {0, 1, 2})
    parts.push_back(all_batches(dataset, 2, {16, 5, kAugmented, 1, 0, rank, 3}));
  REQUIRE(whole.size() == 3);
  for (std::size_t i = 0; i < whole.size(); ++i) {
    REQUIRE(parts[0].size() == 3);
    CHECK(torch::equal(whole[i].images, all_images({parts[0][i], parts[1][i], parts[2][i]})));
  }
  CHECK(parts[0][2].count() == 0);  // of a last batch of one picture
}

TEST_CASE("A loader can start in the middle of an epoch") {
  const IdxDataset dataset = test::drawn_dataset(50);
  const auto whole = all_batches(dataset, 2, {16, 5, kAugmented, 1});
  const auto rest = all_batches(dataset, 2, {16, 5, kAugmented, 1, 2});
  REQUIRE(rest.size() == 2);
  CHECK(torch::equal(rest[0].images, whole[2].images));
  CHECK(torch::equal(rest[1].images, whole[3].images));
  CHECK(all_batches(dataset, 2, {16, 5, kAugmented, 1, 4}).empty());
}

TEST_CASE("Epochs and seeds differ") {
  const IdxDataset dataset = test::drawn_dataset(40);
  const torch::Tensor images = all_images(all_batches(dataset, 1, {16, 5, kAugmented, 1}));
  CHECK_FALSE(torch::equal(images, all_images(all_batches(dataset, 2, {16, 5, kAugmented, 1}))));
  CHECK_FALSE(torch::equal(images, all_images(all_batches(dataset, 1, {16, 6, kAugmented, 1}))));
}

TEST_CASE("Without augmentation the pictures are the preprocessed ones") {
  const IdxDataset dataset = test::drawn_dataset(10);
  const auto batches = all_batches(dataset, 1, {10, 1, kPlain, 1});
  REQUIRE(batches.size() == 1);
  for (std::int64_t i = 0; i < 10; ++i) {
    const auto digit = static_cast<std::size_t>(batches[0].labels[i].item<std::int64_t>());
    const auto expected = preprocess(dataset.image(digit));
    REQUIRE(expected);
    const float* found = batches[0].images[i].data_ptr<float>();
    CHECK(std::equal(expected->begin(), expected->end(), found));
  }
}

TEST_CASE("Negatives come among the pictures, whichever worker they fall to") {
  const IdxDataset dataset = test::drawn_dataset(40);
  std::vector<std::size_t> indices(40);
  std::iota(indices.begin(), indices.end(), std::size_t{0});
  const auto painter = NegativePainter::create(dataset, indices);
  REQUIRE(painter);
  const auto settings = [&](int rank, int workers) {
    return DataLoader::Settings{16, 5, kAugmented, 1, 0, rank, workers, false, &*painter, 10, 10};
  };
  const auto whole = all_batches(dataset, 2, settings(0, 1));
  REQUIRE(whole.size() == 4);  // of 16, 16, 16 and 2
  int negatives = 0;
  for (const Examples& batch : whole) negatives += batch.labels.eq(10).sum().item<int>();
  CHECK(negatives == 10);
  const auto first = all_batches(dataset, 2, settings(0, 2));
  const auto second = all_batches(dataset, 2, settings(1, 2));
  for (std::size_t i = 0; i < whole.size(); ++i) {
    CHECK(torch::equal(torch::cat({first[i].images, second[i].images}), whole[i].images));
    CHECK(torch::equal(torch::cat({first[i].labels, second[i].labels}), whole[i].labels));
  }
  CHECK_FALSE(torch::equal(all_images(whole), all_images(all_batches(dataset, 3, settings(0, 1)))));
}

TEST_CASE("What goes wrong in a loader's thread is told to whoever waits for a batch") {
  const IdxDataset dataset = test::drawn_dataset(40);
  std::vector<std::size_t> indices(40);
  std::iota(indices.begin(), indices.end(), std::size_t{0});
  const Transform fails = [](const GrayImage&, int label, Random&) -> NetworkInput {
    if (label == 5) throw std::bad_alloc();
    return {};
  };
  for (const int threads : {1, 3}) {
    DataLoader loader(dataset, indices, 1, {4, 1, fails, threads});
    const auto all = [&] {
      while (loader.next()) continue;
    };
    CHECK_THROWS_AS(all(), std::bad_alloc);
    CHECK_THROWS_AS(all(), std::bad_alloc);
  }
}

TEST_CASE("A loader can be left in the middle of an epoch") {
  const IdxDataset dataset = test::drawn_dataset(100);
  std::vector<std::size_t> indices(100);
  std::iota(indices.begin(), indices.end(), std::size_t{0});
  DataLoader loader(dataset, indices, 1, {4, 1, kAugmented, 3});
  CHECK(loader.next());
}

}  // namespace
}  // namespace numeral
