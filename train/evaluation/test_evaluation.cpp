#include "train/evaluation/test_evaluation.h"

#include <algorithm>

namespace numeral {

Result<TestEvaluation> evaluate_test_set(Recognizer& recognizer, const IdxDataset& test) {
  TestEvaluation reading;
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
    Misclassified misclassified;
    misclassified.index = index;
    misclassified.label = label;
    if (answer) {
      misclassified.answer = answer->digit;
      misclassified.confidence = answer->confidence;
      misclassified.picture = answer->input;
    }
    reading.misclassified.push_back(misclassified);
  };
  const Result<Evaluation> evaluation = evaluate(recognizer, test, note);
  if (!evaluation) return tl::unexpected(evaluation.error());
  reading.evaluation = *evaluation;
  reading.calibration = calibration_bins(confidences, correct);
  std::ranges::stable_sort(reading.misclassified, std::ranges::greater{}, &Misclassified::confidence);
  return reading;
}

}  // namespace numeral
