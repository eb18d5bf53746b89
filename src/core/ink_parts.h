#pragma once

#include <span>
#include <vector>

#include "core/image.h"

namespace numeral {

/// Ink in parts that digits are made of: connected components, or strokes.
class InkParts {
 public:
  virtual ~InkParts() = default;

  /// The bounding box of each part.
  virtual const std::vector<Box>& boxes() const = 0;

  /// The ink of `selected` parts inside a box, 0 to 1.
  virtual FloatImage draw(std::span<const int> selected, const Box& box) const = 0;

  /// Cuts a part in two between the rows `top` and `bottom`. Returns whether that is possible.
  virtual bool cut(int part, int top, int bottom) = 0;

  /// Whether they are strokes: these may overlap, and each belongs to one digit.
  virtual bool are_strokes() const = 0;
};

}  // namespace numeral
