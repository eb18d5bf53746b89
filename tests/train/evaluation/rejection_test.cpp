#include "train/evaluation/rejection.h"

#include <catch2/catch_test_macros.hpp>

#include "native/model_files.h"
#include "support/drawn_dataset.h"
#include "support/model.h"
#include "support/temporary_folder.h"
#include "train/augmentation/negatives.h"

namespace numeral {
namespace {

TEST_CASE("The published model rejects most of what is no digit") {
  auto recognizer = load_recognizer(test::published_model());
  REQUIRE(recognizer);
  const IdxDataset digits = test::drawn_dataset(30);
  const std::vector<std::size_t> indices{0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  const auto rows = rejection_rates(*recognizer, digits, indices, 100);
  REQUIRE(rows);
  REQUIRE(rows->size() == kNegativeKinds.size());
  for (const RejectionRate& row : *rows) {
    CAPTURE(row.what);
    CHECK(row.rejected.total == 100);
    CHECK(row.rejected.count >= 80);
    CHECK(row.rejected.count <= 100);
  }
}

TEST_CASE("The published model rejects photographs of clothes and accepts digits", "[mnist]") {
  if (test::fashion_mnist_folder().empty()) SKIP("dataset-fashion-mnist is not installed");
  if (test::mnist_folder().empty()) SKIP("NUMERAL_MNIST is not set");
  auto recognizer = load_recognizer(test::published_model());
  REQUIRE(recognizer);
  const auto accepted = [&](const std::filesystem::path& folder) {
    const auto dataset = read_idx_dataset(folder, "t10k", 10);
    REQUIRE(dataset);
    int count = 0;
    for (std::size_t i = 0; i < 2000; ++i) {
      const auto answer = recognizer->recognize(dataset->image(i));
      REQUIRE(answer);
      count += *answer && (*answer)->accepted;
    }
    return count / 2000.0;
  };
  CHECK(accepted(test::fashion_mnist_folder()) <= 0.05);
  CHECK(accepted(test::mnist_folder()) >= 0.97);
}

}  // namespace
}  // namespace numeral
