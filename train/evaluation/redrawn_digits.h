#pragma once

#include <string>
#include <vector>

#include "native/idx.h"
#include "core/recognizer.h"
#include "train/evaluation/skeleton_redraw.h"

namespace numeral {

/// A way in which people draw digits on a canvas of 280x280 pixels.
struct DrawingKind {
  std::string group;  ///< "Brush", say
  std::string what;   ///< "8 px"
  Redrawing redrawing;
};

/// How the digits drawn in one way were read.
struct DrawingResult {
  std::string group;
  std::string what;
  int correct = 0;
  int total = 0;

  double accuracy() const { return total == 0 ? 0 : double(correct) / total; }
};

/// The ways that a report tells of: thin to thick brushes, full size to a third of it, squashed in
/// width or height.
std::vector<DrawingKind> drawing_kinds();

/// Draws `sample` digits of `digits` (light on dark, as in MNIST), taken at even distances, again
/// in each of `drawing_kinds`, has them recognised the whole way and counts the right answers.
/// Where a drawing does not fill the canvas it stands anywhere on it, at random but always the
/// same.
Result<std::vector<DrawingResult>> accuracy_by_drawing(Recognizer& recognizer,
                                                       const IdxDataset& digits,
                                                       std::size_t sample = 1000);

}  // namespace numeral
