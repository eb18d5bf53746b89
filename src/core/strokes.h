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
/// The drawing is read as a picture: each stroke is a smooth curve, whose points are the control
/// points of quadratic curves from midpoint to midpoint. Where that is not accepted, or seems to be
/// fewer digits than stand there, it is also read by its strokes: as read_number reads connected
/// components, except that each stroke belongs to one digit, also where digits touch or overlap.
/// That answer is taken where it is several digits, no stroke is a sign or left out, and the
/// picture was not accepted. An accepted picture that is fewer digits is not accepted any more.
///
/// It is accepted where the picture was read as the same, each digit is surely one, and they stand
/// side by side: what is drawn over something else is no number. A 1 may be the stem of a letter:
/// where it touches something, it is not accepted. A single digit is not accepted where two of its
/// strokes, read alone, are different digits.
///
/// Many strokes, or points, are a picture alone; more than seven strokes a digit are a scribble,
/// and not accepted as a number. Boxes are in the strokes' pixels.
Result<std::optional<Reading>> read_strokes(Recognizer& recognizer, const Drawing& drawing,
                                            const ReadOptions& options = {});

/// The same where the drawing's picture was read already: `seen`, with boxes in the strokes'
/// pixels.
Result<std::optional<Reading>> read_strokes(Recognizer& recognizer, const Drawing& drawing,
                                            std::optional<Reading> seen,
                                            const ReadOptions& options = {});

}  // namespace numeral
