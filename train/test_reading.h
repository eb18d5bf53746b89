#pragma once

#include <vector>

#include "../src/evaluate.h"
#include "figures.h"

namespace numeral {

/// What came of reading the test set.
struct TestReading {
  Evaluation evaluation;
  std::vector<Misread> misread;             ///< the most confident first
  std::vector<CalibrationBin> calibration;  ///< of all answers; a blank picture has none
};

/// Reads every picture of `test` once, the whole way.
Result<TestReading> read_test_set(Recognizer& recognizer, const IdxDataset& test);

}  // namespace numeral
