#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

#include "core/error.h"
#include "native/idx.h"
#include "core/recognizer.h"

namespace numeral {

/// How a recogniser did on a labelled set of pictures.
struct Evaluation {
  int correct = 0;
  int total = 0;
  std::vector<std::vector<int>> confusion;  ///< [label][answer] = number of pictures

  double accuracy() const { return total == 0 ? 0 : double(correct) / total; }
};

/// Recognises every picture of `dataset` the whole way, preprocessing included. A picture that
/// the recogniser takes for blank counts as wrong and stands in no column of the confusion
/// matrix. `dataset` may have no labels beyond the recogniser's. `each`, if given, is told every
/// picture's index and what it was read as; nothing where it is blank.
Result<Evaluation> evaluate(
    Recognizer& recognizer, const IdxDataset& dataset,
    const std::function<void(std::size_t, const std::optional<Recognition>&)>& each = {});

}  // namespace numeral
