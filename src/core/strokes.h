#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/reading.h"

namespace numeral {

/// Where the pen was, in pixels, and how wide it drew there.
struct StrokePoint {
  float x = 0, y = 0;
  float width = 0;
};

/// One movement of the pen, from where it was put down to where it was lifted.
using PenStroke = std::vector<StrokePoint>;

/// Draws strokes with a round pen, dark on light, anti-aliased. A stroke is a chain of quadratic
/// curves: its points are their control points, and the midpoints between these are their ends.
GrayImage draw_strokes(std::span<const PenStroke> strokes, int width, int height);

/// Reads the numbers that strokes make on an image; nothing where it is blank. Fails only where
/// ONNX Runtime does.
///
/// Reads the image as read_number does. Where that is not accepted, digits may touch or overlap:
/// then also divides the strokes of each line, ordered by their left edges, into digits. Whichever
/// is more probable is the answer.
Result<std::optional<Reading>> read_strokes(Recognizer& recognizer, const GrayImage& image,
                                            std::span<const PenStroke> strokes);

}  // namespace numeral
