#include "train/data/data_loader.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <new>

#include "support/drawn_dataset.h"

namespace numeral {
namespace {

using test::first;

/// An example that tells its number and what was random about it.
Example numbered(std::size_t index, Random& random) {
  Example example;
  example.input[0] = static_cast<float>(index);
  example.input[1] = random.uniform(0, 1);
  example.label = static_cast<int>(index % 10);
  return example;
}

std::vector<Examples> all_batches(std::size_t count, std::uint64_t epoch,
                                  const DataLoader::Settings& settings) {
  DataLoader loader(first(count), numbered, epoch, settings);
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

TEST_CASE("An epoch has every example once, the last batch what is left", "[data_loader]") {
  const auto batches = all_batches(70, 1, {32, 1, 2});
  REQUIRE(batches.size() == 3);
  CHECK(batches[0].count() == 32);
  CHECK(batches[2].count() == 6);
  CHECK(batches[0].images.sizes() == std::vector<std::int64_t>{32, 1, 28, 28});
  std::vector<int> seen(70);
  for (const Examples& batch : batches)
    for (std::int64_t i = 0; i < batch.count(); ++i) {
      const auto index = batch.images[i][0][0][0].item<int>();
      ++seen[static_cast<std::size_t>(index)];
      CHECK(batch.labels[i].item<int>() == index % 10);
    }
  CHECK(seen == std::vector<int>(70, 1));
  const auto shuffled = batches[0].images.select(1, 0).select(1, 0).select(1, 0).contiguous();
  CHECK_FALSE(std::is_sorted(shuffled.data_ptr<float>(), shuffled.data_ptr<float>() + 32));
}

TEST_CASE("The number of threads changes nothing", "[data_loader]") {
  const auto one = all_batches(100, 3, {16, 5, 1});
  const auto four = all_batches(100, 3, {16, 5, 4});
  CHECK(torch::equal(all_images(one), all_images(four)));
}

TEST_CASE("Workers' shards make up the batches of one", "[data_loader]") {
  const auto whole = all_batches(33, 2, {16, 5, 1});
  std::vector<std::vector<Examples>> shards;
  for (const int rank : {0, 1, 2}) shards.push_back(all_batches(33, 2, {16, 5, 1, 0, rank, 3}));
  REQUIRE(whole.size() == 3);
  for (std::size_t i = 0; i < whole.size(); ++i) {
    REQUIRE(shards[0].size() == 3);
    CHECK(torch::equal(whole[i].images, all_images({shards[0][i], shards[1][i], shards[2][i]})));
  }
  CHECK(shards[0][2].count() == 0);  // of a last batch of one example
}

TEST_CASE("A loader can start in the middle of an epoch", "[data_loader]") {
  const auto whole = all_batches(50, 2, {16, 5, 1});
  const auto rest = all_batches(50, 2, {16, 5, 1, 2});
  REQUIRE(rest.size() == 2);
  CHECK(torch::equal(rest[0].images, whole[2].images));
  CHECK(torch::equal(rest[1].images, whole[3].images));
  CHECK(all_batches(50, 2, {16, 5, 1, 4}).empty());
}

TEST_CASE("Epochs and seeds differ", "[data_loader]") {
  const torch::Tensor images = all_images(all_batches(40, 1, {16, 5, 1}));
  CHECK_FALSE(torch::equal(images, all_images(all_batches(40, 2, {16, 5, 1}))));
  CHECK_FALSE(torch::equal(images, all_images(all_batches(40, 1, {16, 6, 1}))));
}

TEST_CASE("What a loader's thread throws, next throws", "[data_loader]") {
  const MakeExample fails = [](std::size_t index, Random&) -> Example {
    if (index % 10 == 5) throw std::bad_alloc();
    return {};
  };
  for (const int threads : {1, 3}) {
    DataLoader loader(first(40), fails, 1, {4, 1, threads});
    const auto all = [&] {
      while (loader.next()) continue;
    };
    CHECK_THROWS_AS(all(), std::bad_alloc);
    CHECK_THROWS_AS(all(), std::bad_alloc);
  }
}

TEST_CASE("A loader can be destroyed in the middle of an epoch", "[data_loader]") {
  DataLoader loader(first(100), numbered, 1, {4, 1, 3});
  CHECK(loader.next());
}

}  // namespace
}  // namespace numeral
