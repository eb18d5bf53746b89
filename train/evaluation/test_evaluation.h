#pragma once

#include <vector>

#include "native/evaluate.h"
#include "train/evaluation/results.h"

namespace numeral {

/// What came of reading the test set.
struct TestEvaluation {
  Evaluation evaluation;
  std::vector<Misclassified> misclassified;             ///< the most confident first
  std::vector<CalibrationBin> calibration;  ///< of all answers; a blank picture has none
};

/// Reads every picture of `test` once, the whole way.
Result<TestEvaluation> evaluate_test_set(Recognizer& recognizer, const IdxDataset& test);

}  // namespace numeral
