// torch first: it defines a CHECK of its own, which Catch's replaces.
#include <torch/torch.h>
//
#include "train/publish/calibration_set.h"

#include <catch2/catch_test_macros.hpp>

#include "support/drawn_dataset.h"
#include "train/base/or_throw.h"

namespace numeral {
namespace {

/// A calibration set of a run with 20 validation pictures.
Examples made_with(Augmentation augmentation) {
  TrainSettings settings;
  settings.augmentation = augmentation;
  const IdxDataset digits = test::drawn_dataset(20);
  const Examples validation =
      or_throw(preprocess_examples(digits, test::first(20), InputMode::kInk));
  return calibration_set({settings, {}, {}, digits, {}, validation, digits, {}});
}

TEST_CASE("Where drawn digits were trained, as many of them as validation pictures calibrate") {
  const Examples plain = made_with(Augmentation::kInk);
  CHECK(plain.count() == 20);
  const Examples set = made_with(Augmentation::kDigits);
  REQUIRE(set.count() == 40);
  CHECK(set.images.slice(0, 0, 20).equal(plain.images));
  CHECK(set.labels.slice(0, 0, 20).equal(plain.labels));

  const torch::Tensor drawn = set.images.slice(0, 20), labels = set.labels.slice(0, 20);
  CHECK(torch::bincount(labels).eq(2).all().item<bool>());
  CHECK(drawn.amax({1, 2, 3}).eq(1).all().item<bool>());
  CHECK_FALSE(drawn[0].equal(drawn[10]));  // both show a 0
}

TEST_CASE("The same digits are drawn for every model") {
  CHECK(made_with(Augmentation::kDigits).images.equal(made_with(Augmentation::kDigits).images));
}

}  // namespace
}  // namespace numeral
