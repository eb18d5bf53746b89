#pragma once

#include <vector>

#include "core/recognizer.h"
#include "train/augmentation/digit_variants.h"

namespace numeral {

/// How many drawings of one form were classified right.
struct FormResult {
  const DigitForm* form = nullptr;  ///< of digit_forms()
  int correct = 0;
  int total = 0;

  double accuracy() const { return total == 0 ? 0 : double(correct) / total; }
};

/// Draws each of digit_forms() `sample` times, varied as in training but with random numbers that
/// no training has, and counts the drawings that `recognizer` classifies right. The same model
/// always gets the same drawings. Fails where the model cannot be run.
Result<std::vector<FormResult>> accuracy_by_form(Recognizer& recognizer, int sample = 100);

}  // namespace numeral
