#include "test_reading.h"

#include <algorithm>

namespace numeral {

Result<TestReading> read_test_set(Recognizer& recognizer, const IdxDataset& test) {
  TestReading reading;
  std::vector<double> confidences;
  std::vector<bool> correct;
  const auto note = [&](std::size_t index, const std::optional<Recognition>& answer) {
    const int label = test.labels[index];
    const bool right = answer && answer->digit == label;
    if (answer) {
      confidences.push_back(answer->confidence);
      correct.push_back(right);
    }
    if (right) return;
    Misread misread;
    misread.index = index;
    misread.label = label;
    if (answer) {
      misread.answer = answer->digit;
      misread.confidence = answer->confidence;
      misread.picture = answer->input;
    }
    reading.misread.push_back(misread);
  };
  const Result<Evaluation> evaluation = evaluate(recognizer, test, note);
  if (!evaluation) return tl::unexpected(evaluation.error());
  reading.evaluation = *evaluation;
  reading.calibration = calibration_bins(confidences, correct);
  std::ranges::stable_sort(reading.misread, std::ranges::greater{}, &Misread::confidence);
  return reading;
}

}  // namespace numeral
