#pragma once

#include <string>
#include <vector>

#include "core/recognizer.h"
#include "native/idx.h"
#include "train/evaluation/skeleton_redraw.h"

namespace numeral {

/// A way in which people draw digits on a canvas of 280x280 pixels.
struct DrawingKind {
  std::string group;    ///< "Brush", "Size" or "Squashed"
  std::string what;     ///< within the group, such as "8 px"
  Redrawing redrawing;  ///< without the place on the canvas
};

/// How many digits drawn in one way were classified right.
struct DrawingResult {
  std::string group;
  std::string what;
  int correct = 0;
  int total = 0;

  double accuracy() const { return total == 0 ? 0 : double(correct) / total; }
};

/// The kinds in the report: thin to thick brushes, full size to 30 %, squashed in width or height.
std::vector<DrawingKind> drawing_kinds();

/// Redraws `sample` of `digits` (light on dark, as in MNIST) in each of `drawing_kinds`, and counts
/// the drawings that `recognizer` classifies right. The digits are evenly spaced in the data set.
/// Drawings smaller than the canvas stand at a random place, the same in each call. Fails where the
/// model cannot be run.
Result<std::vector<DrawingResult>> accuracy_by_drawing(Recognizer& recognizer,
                                                       const IdxDataset& digits,
                                                       std::size_t sample = 1000);

}  // namespace numeral
