#include "train/evaluation/test_evaluation.h"

#include <algorithm>
#include <utility>

namespace numeral {

TestSummary TestEvaluation::summary(std::string name) const {
  const int total = evaluation.total;
  return {std::move(name),
          {evaluation.correct, total},
          {accepted, total},
          {accepted_wrong, total},
          expected_calibration_error(calibration)};
}

Result<TestEvaluation> evaluate_test_set(Recognizer& recognizer, const IdxDataset& test) {
  TestEvaluation result;
  std::vector<double> confidences;
  std::vector<bool> correct;
  const auto note = [&](std::size_t index, const std::optional<Recognition>& answer) {
    const int label = test.labels[index];
    const bool is_right = answer && answer->digit == label;
    if (answer) {
      confidences.push_back(answer->confidence);
      correct.push_back(is_right);
      result.accepted += answer->accepted;
      result.accepted_wrong += answer->accepted && !is_right;
    }
    if (is_right) return;
    Misclassified item{index, label, std::nullopt, 0, {}};
    if (answer) {
      item.answer = answer->digit;
      item.confidence = answer->confidence;
      item.picture = answer->input;
    }
    result.misclassified.push_back(item);
  };
  const Result<Evaluation> evaluation = evaluate(recognizer, test, note);
  if (!evaluation) return tl::unexpected(evaluation.error());
  result.evaluation = *evaluation;
  result.calibration = calibration_bins(confidences, correct);
  std::ranges::stable_sort(result.misclassified, std::ranges::greater{},
                           &Misclassified::confidence);
  return result;
}

}  // namespace numeral
