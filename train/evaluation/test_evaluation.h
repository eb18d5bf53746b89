#pragma once

#include <vector>

#include "native/evaluate.h"
#include "train/evaluation/results.h"

namespace numeral {

/// The results of a model on the test set.
struct TestEvaluation {
  Evaluation evaluation;
  std::vector<Misclassified> misclassified;  ///< highest confidence first
  std::vector<CalibrationBin> calibration;   ///< of all answers; a picture without ink has none
  int accepted = 0;                          ///< answers that the model accepts, right or wrong
  int accepted_wrong = 0;                    ///< wrong answers that it accepts

  TestSummary summary(std::string name) const;
};

/// Preprocesses and classifies every picture of `test` once, as the page does. Fails where the
/// model cannot be run.
Result<TestEvaluation> evaluate_test_set(Recognizer& recognizer, const IdxDataset& test);

}  // namespace numeral
