#pragma once

#include <span>
#include <vector>

#include "core/image.h"

namespace numeral {

/// The connected components of an image: sets of pixels above 0 that touch each other, also
/// diagonally (8-connectivity).
struct ConnectedComponents {
  std::vector<Box> boxes;   ///< bounding box of each component
  std::vector<int> labels;  ///< for each pixel its component's index in `boxes`, or -1
};

/// Labels the connected components of the pixels above 0.
ConnectedComponents find_connected_components(const FloatImage& ink);

/// How many pixels each component has.
std::vector<int> component_areas(const ConnectedComponents& components);

/// Sets the pixels of the other components to 0.
void keep_components(FloatImage& ink, const ConnectedComponents& components,
                     const std::vector<bool>& is_kept);

/// Cuts a component of the ink in two between its first row and its last: where it has the fewest
/// pixels in a row among the rows [top, bottom), and of these nearest to their middle. The lower
/// part becomes the last component.
void cut_component(const FloatImage& ink, ConnectedComponents& components, int component, int top,
                   int bottom);

/// Cuts `selected` components out along a box. Pixels of other components become 0.
FloatImage crop_components(const FloatImage& ink, const ConnectedComponents& components,
                           std::span<const int> selected, const Box& box);

}  // namespace numeral
