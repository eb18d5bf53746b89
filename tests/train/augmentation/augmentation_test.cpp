#include "train/augmentation/augmentation.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>

#include "support/drawn_dataset.h"

namespace numeral {
namespace {

constexpr Augmentation kAll[] = {Augmentation::kNone, Augmentation::kInk, Augmentation::kDigits,
                                 Augmentation::kPictures};

NetworkInput made(Augmentation augmentation, InputMode input_mode, const GrayImage& picture,
                  int label, std::uint64_t seed) {
  Random random(seed);
  return training_transform(augmentation, input_mode, 0.1)(picture, label, random);
}

/// How many of `count` inputs differ from the picture that is only preprocessed.
int changed(Augmentation augmentation, InputMode input_mode, const GrayImage& picture, int count) {
  const NetworkInput plain = *preprocess(picture, input_mode);
  int changed = 0;
  for (int seed = 0; seed < count; ++seed)
    changed +=
        made(augmentation, input_mode, picture, 3, static_cast<std::uint64_t>(seed)) != plain;
  return changed;
}

TEST_CASE("Augmentations are found by their names") {
  for (const Augmentation augmentation : kAll) {
    CHECK_FALSE(name_of(augmentation).empty());
    CHECK(augmentation_named(name_of(augmentation)) == augmentation);
  }
  CHECK_FALSE(augmentation_named("paint"));
}

TEST_CASE("Without augmentation a picture is preprocessed as the recogniser does") {
  const GrayImage picture = test::drawn_dataset(4).image(3);
  CHECK(changed(Augmentation::kNone, InputMode::kInk, picture, 5) == 0);
  CHECK(changed(Augmentation::kNone, InputMode::kFullImage, picture, 5) == 0);
}

TEST_CASE("Augmentation changes most pictures") {
  const GrayImage picture = test::drawn_dataset(4).image(3);
  CHECK(changed(Augmentation::kInk, InputMode::kInk, picture, 20) >= 10);
  CHECK(changed(Augmentation::kDigits, InputMode::kInk, picture, 20) >= 10);
  CHECK(changed(Augmentation::kPictures, InputMode::kFullImage, picture, 20) >= 10);
}

TEST_CASE("Digits of every class are replaced by drawn forms") {
  const GrayImage blank{28, 28, std::vector<std::uint8_t>(784)};
  for (int label = 0; label < 10; ++label) {
    int count = 0;
    for (std::uint64_t seed = 0; seed < 200; ++seed)
      count += made(Augmentation::kDigits, InputMode::kInk, blank, label, seed) != NetworkInput{};
    CHECK(count > 5);
    CHECK(count < 60);
  }
}

TEST_CASE("Digit variants replace pictures only with the augmentation for digits") {
  // A blank picture of class 1 gives an empty input, unless a variant of a 1 replaces it.
  const GrayImage blank{28, 28, std::vector<std::uint8_t>(784)};
  const auto drawn = [&](Augmentation augmentation) {
    int count = 0;
    for (std::uint64_t seed = 0; seed < 100; ++seed)
      count += made(augmentation, InputMode::kInk, blank, 1, seed) != NetworkInput{};
    return count;
  };
  CHECK(drawn(Augmentation::kDigits) > 0);
  CHECK(drawn(Augmentation::kInk) == 0);
}

TEST_CASE("A blank picture becomes an empty input") {
  const GrayImage blank{28, 28, std::vector<std::uint8_t>(784)};
  CHECK(made(Augmentation::kNone, InputMode::kInk, blank, 0, 1) == NetworkInput{});
  CHECK(made(Augmentation::kInk, InputMode::kInk, blank, 0, 1) == NetworkInput{});
}

}  // namespace
}  // namespace numeral
