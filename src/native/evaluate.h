#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

#include "core/error.h"
#include "core/recognizer.h"
#include "native/idx.h"

namespace numeral {

/// A recogniser's results on a labelled data set.
struct Evaluation {
  int correct = 0;
  int total = 0;
  std::vector<std::vector<int>> confusion;  ///< [label][answer] = number of images

  /// Fraction of correct answers, 0 to 1.
  double accuracy() const { return total == 0 ? 0 : double(correct) / total; }
};

/// Preprocesses and recognises every image of `dataset`, whose labels must be less than the number
/// of the recogniser's. A blank image counts as wrong, and in no column of the confusion matrix.
/// `each`, if given, is called with every image's index and answer, which is nothing where it is
/// blank.
Result<Evaluation> evaluate(
    Recognizer& recognizer, const IdxDataset& dataset,
    const std::function<void(std::size_t, const std::optional<Recognition>&)>& each = {});

}  // namespace numeral
