#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "core/number.h"

namespace numeral {

/// Where the pen was, in pixels, and when.
struct StrokePoint {
  float x = 0, y = 0;
  float pressure = 0.5f;  ///< 0 to 1; half of it draws as wide as the pen
  float time = 0;         ///< in milliseconds; does not matter
  float width = 0;        ///< of the line there; 0: it follows from pen and pressure
};

/// One movement of the pen, from where it was put down to where it was lifted.
using PenStroke = std::vector<StrokePoint>;

/// A drawing as the strokes of a pen. Positions may be anywhere, also below 0.
struct Drawing {
  std::vector<PenStroke> strokes;
  float pen_width = 0;  ///< in pixels; 0: as wide as is usual, for the height of the strokes
};

/// Reads the numbers that strokes make; nothing where there are none. Fails where a
/// number is not finite, or ONNX Runtime fails.
///
/// Each stroke is drawn by itself: a smooth curve, whose points are the control points of quadratic
/// curves from midpoint to midpoint. The strokes are read as read_number reads connected
/// components, except that each belongs to one digit, also where digits touch or overlap. Where
/// that is not accepted, the drawing is also read as a picture: that answer is taken if it is
/// accepted. More than 64 strokes are read as a picture alone. Boxes are in the strokes' pixels.
Result<std::optional<Reading>> read_strokes(Recognizer& recognizer, const Drawing& drawing,
                                            const ReadOptions& options = {});

}  // namespace numeral
