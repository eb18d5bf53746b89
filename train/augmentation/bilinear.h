#pragma once

#include <cmath>

namespace numeral {

/// Bilinear interpolation at (x, y) between the values of four pixels. The middle of pixel
/// (column, row) is at these whole numbers; `value(column, row)` gives its value as a float.
template <class Value>
float bilinear(float x, float y, Value value) {
  const float left = std::floor(x), top = std::floor(y);
  const int column = static_cast<int>(left), row = static_cast<int>(top);
  const float u = x - left, v = y - top;
  return (value(column, row) * (1 - u) + value(column + 1, row) * u) * (1 - v) +
         (value(column, row + 1) * (1 - u) + value(column + 1, row + 1) * u) * v;
}

}  // namespace numeral
