#pragma once

#include <span>
#include <vector>

#include "core/image.h"

namespace numeral {

/// The pieces of ink on a picture: what hangs together, also over corners.
struct ConnectedComponents {
  std::vector<Box> boxes;   ///< around each piece
  std::vector<int> labels;  ///< for each pixel of the picture the piece that it belongs to, or -1
};

/// Finds the pieces of what is not 0.
ConnectedComponents find_connected_components(const FloatImage& ink);

/// Some of the pieces, cut out along the box around them, without what others have in it.
FloatImage cut_out(const FloatImage& ink, const ConnectedComponents& pieces, std::span<const int> wanted);

}  // namespace numeral
