#include "train/evaluation/form_accuracy.h"

namespace numeral {
Result<std::vector<FormResult>> accuracy_by_form(Recognizer& recognizer, int sample) {
  std::vector<FormResult> results;
  for (const DigitForm& form : digit_forms()) {
    FormResult result{&form};
    for (int i = 0; i < sample; ++i) {
      Random random(kFormAccuracySeed, results.size(), static_cast<std::uint64_t>(i));
      const auto answer = recognizer.recognize(draw_digit_form(form, random));
      if (!answer) return tl::unexpected(answer.error());
      ++result.total;
      result.correct += *answer && (*answer)->digit == form.digit;
    }
    results.push_back(result);
  }
  return results;
}

}  // namespace numeral
