#pragma once

#include <vector>

#include "core/image.h"

namespace numeral {

/// A component that reaches into several lines, as digits that touch the line below do.
struct TouchingLines {
  int component = 0;
  int top = 0, bottom = 0;  ///< rows of pixels between the middles of the first two lines
};

/// Connected components divided into lines of text: the rows in which digits are written.
struct TextLines {
  std::vector<std::vector<int>> lines;  ///< the components of each line, from top to bottom
  std::vector<TouchingLines> touching;  ///< components that belong to several
  std::vector<int> unassigned;          ///< components that fit none
};

/// Finds the lines that connected components, given by their bounding boxes, stand in. Lines may be
/// tilted by up to 20 degrees, uneven and short; a single digit can be one. Components that are
/// much smaller than the others, as the bar of a 5 or a dot, belong to the line that is nearest.
TextLines find_text_lines(const std::vector<Box>& boxes);

}  // namespace numeral
