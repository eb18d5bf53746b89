#pragma once

#include <optional>

#include "core/hints.h"
#include "core/ink_parts.h"
#include "core/reading.h"

namespace numeral {

/// Reads the numbers on an image, which may be a single digit; nothing where the image is blank.
/// Fails only where ONNX Runtime does.
///
/// Divides the ink into lines (core/segmentation/text_lines.h). Adjacent lines are one where they
/// are so close together that they can be parts of the same digits, and make better digits
/// together.
///
/// In each line, finds the division of the ink into digits that the recogniser gives the highest
/// probability. A digit may consist of several connected components (a 4 or 5 in two strokes, a
/// dotted 0). What is wide for a digit or read as none may be digits that touch: it is also cut
/// (core/segmentation/touching_digits.h), and then not accepted, unless hints ask for so many:
/// letters can be cut into digits, too. This is heuristic over-segmentation with dynamic
/// programming over log-probabilities (core/segmentation/segmentation_graph.h). Where the ink can
/// be divided otherwise, nearly as probably, a line is not accepted: strokes that do not meet may
/// be two 1s or one 4.
///
/// Hints say what each line can be. Where its ink cannot be that, the line is read without them and
/// not accepted.
///
/// A line that holds a sign is not accepted, unless `options` ask for signs and they make a decimal
/// number. Strokes are looked at together for signs: those that touch are one. Where a gap is much
/// wider than the line's others, another number begins: such a line is not accepted, unless
/// `options` ask for several numbers (core/segmentation/signs.h, Line::numbers).
///
/// A model whose labels are not digits, or whose input is the full image, reads it as one
/// (read_as_one).
Result<std::optional<Reading>> read_number(Recognizer& recognizer, const GrayImage& image,
                                           const ReadOptions& options = {});

/// The same for ink that is divided into parts already, at least one; boxes are where the parts'
/// are. A stroke belongs to one digit, or carries several that are cut apart.
Result<Reading> read_parts(Recognizer& recognizer, InkParts& ink, const ReadOptions& options = {});

/// Reads the image as one digit, whose box is the whole image; nothing where the image is blank.
Result<std::optional<Reading>> read_as_one(Recognizer& recognizer, const GrayImage& image,
                                           const ReadOptions& options = {});

}  // namespace numeral
