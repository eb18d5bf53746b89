#pragma once

#include <numeric>
#include <vector>

#include "native/idx.h"
#include "support/drawing.h"

namespace numeral::test {

/// `count` small light-on-dark drawings of digits, as MNIST has them; example i shows digit
/// i % 10, at a place and with a brush that differ from one to the next.
inline IdxDataset drawn_dataset(int count) {
  IdxDataset dataset{28, 28, {}, {}};
  for (int i = 0; i < count; ++i) {
    Placement placement;
    placement.canvas = 28;
    placement.size = 16.0f + float(i % 3);
    placement.left = 4.0f + float(i % 4);
    placement.top = 4.0f + float(i % 5);
    placement.brush = 2.0f + float(i % 3) / 2;
    placement.ink = 255;
    placement.paper = 0;
    const GrayImage image = draw(digit_strokes(i % 10), placement);
    dataset.pixels.insert(dataset.pixels.end(), image.pixels.begin(), image.pixels.end());
    dataset.labels.push_back(static_cast<std::uint8_t>(i % 10));
  }
  return dataset;
}

/// The indices of a data set's first `count` pictures.
inline std::vector<std::size_t> first(std::size_t count) {
  std::vector<std::size_t> indices(count);
  std::iota(indices.begin(), indices.end(), std::size_t{0});
  return indices;
}

}  // namespace numeral::test
