#include "train/evaluation/test_evaluation.h"

#include <catch2/catch_test_macros.hpp>

#include "native/model_files.h"
#include "support/drawn_dataset.h"
#include "support/model.h"

namespace numeral {
namespace {

TEST_CASE(
    "Evaluating the test set counts, lists the misclassified pictures and sorts by confidence") {
  auto recognizer = load_recognizer(test::published_model());
  REQUIRE(recognizer);
  IdxDataset digits = test::drawn_dataset(20);
  digits.labels[3] = 5;                                           // a 3 with the label 5
  std::fill_n(digits.pixels.begin() + 14 * 28 * 28, 28 * 28, 0);  // blank
  const auto result = evaluate_test_set(*recognizer, digits);
  REQUIRE(result);
  CHECK(result->evaluation.total == 20);
  const auto wrong = static_cast<std::size_t>(20 - result->evaluation.correct);
  REQUIRE(result->misclassified.size() == wrong);
  REQUIRE(wrong >= 2);

  const auto three =
      std::ranges::find(result->misclassified, std::size_t{3}, &Misclassified::index);
  REQUIRE(three != result->misclassified.end());
  CHECK(three->label == 5);
  CHECK(three->answer == 3);
  const auto answer = recognizer->recognize(digits.image(3));
  REQUIRE((answer && *answer));
  CHECK(three->confidence == (*answer)->confidence);
  CHECK(three->picture == (*answer)->input);

  // The blank picture is last: its confidence is 0.
  CHECK(result->misclassified.back().index == 14);
  CHECK_FALSE(result->misclassified.back().answer);
  CHECK(std::ranges::is_sorted(result->misclassified, std::ranges::greater{},
                               &Misclassified::confidence));

  int answers = 0, right = 0;
  for (const CalibrationBin& bin : result->calibration) {
    answers += bin.count;
    right += bin.correct;
  }
  const TestSummary summary = result->summary("drawn");
  CHECK(summary.name == "drawn");
  CHECK(summary.correct.count == result->evaluation.correct);
  CHECK(summary.correct.total == 20);
  CHECK(summary.calibration_error == expected_calibration_error(result->calibration));
  int accepted = 0, accepted_wrong = 0;
  for (std::size_t i = 0; i < digits.count(); ++i) {
    const auto each = recognizer->recognize(digits.image(i));
    REQUIRE(each);
    if (!*each || !(*each)->accepted) continue;
    ++accepted;
    accepted_wrong += (*each)->digit != digits.labels[i];
  }
  CHECK(summary.accepted.count == accepted);
  CHECK(summary.accepted_wrong.count == accepted_wrong);
  CHECK(accepted_wrong >= 1);

  CHECK(answers == 19);
  CHECK(right == result->evaluation.correct);
}

}  // namespace
}  // namespace numeral
