#include "train/evaluation/test_evaluation.h"

#include <catch2/catch_test_macros.hpp>

#include "native/model_files.h"
#include "support/drawn_dataset.h"
#include "support/model.h"

namespace numeral {
namespace {

TEST_CASE("Reading the test set gives its counts, its errors and its confidences at once") {
  auto recognizer = load_recognizer(test::published_model());
  REQUIRE(recognizer);
  IdxDataset digits = test::drawn_dataset(20);
  digits.labels[3] = 5;                                           // a 3 that says it is a 5
  std::fill_n(digits.pixels.begin() + 14 * 28 * 28, 28 * 28, 0);  // blank
  const auto reading = evaluate_test_set(*recognizer, digits);
  REQUIRE(reading);
  CHECK(reading->evaluation.total == 20);
  const auto wrong = static_cast<std::size_t>(20 - reading->evaluation.correct);
  REQUIRE(reading->misclassified.size() == wrong);
  REQUIRE(wrong >= 2);

  const auto three = std::ranges::find(reading->misclassified, std::size_t{3}, &Misclassified::index);
  REQUIRE(three != reading->misclassified.end());
  CHECK(three->label == 5);
  CHECK(three->answer == 3);
  const auto answer = recognizer->recognize(digits.image(3));
  REQUIRE((answer && *answer));
  CHECK(three->confidence == (*answer)->confidence);
  CHECK(three->picture == (*answer)->input);

  // The blank one is the last, as nothing is less sure.
  CHECK(reading->misclassified.back().index == 14);
  CHECK_FALSE(reading->misclassified.back().answer);
  CHECK(std::ranges::is_sorted(reading->misclassified, std::ranges::greater{}, &Misclassified::confidence));

  int answers = 0, right = 0;
  for (const CalibrationBin& bin : reading->calibration) {
    answers += bin.count;
    right += bin.correct;
  }
  CHECK(answers == 19);
  CHECK(right == reading->evaluation.correct);
}

}  // namespace
}  // namespace numeral
