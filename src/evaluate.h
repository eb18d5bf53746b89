#pragma once

#include <vector>

#include "error.h"
#include "idx.h"
#include "recognizer.h"

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
/// matrix. `dataset` may have no labels beyond the recogniser's.
Result<Evaluation> evaluate(Recognizer& recognizer, const IdxDataset& dataset);

}  // namespace numeral
