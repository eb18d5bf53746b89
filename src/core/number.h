#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/recognizer.h"

namespace numeral {

/// A digit that was read.
struct PlacedDigit {
  Recognition answer;
  Box box;  ///< where it is on the image
};

/// A line of text that was read: a number, or a single digit.
struct Line {
  std::vector<PlacedDigit> digits;  ///< from left to right; at least one

  /// The product of the digits' confidences: the probability that all are right, were they
  /// independent.
  float confidence() const;

  /// Whether every digit is accepted.
  bool accepted() const;

  /// The digits' labels, concatenated: "2026".
  std::string text(const ModelCard& card) const;
};

/// All that was read from an image.
struct Reading {
  std::vector<Line> lines;  ///< from top to bottom; at least one
  bool is_complete = true;  ///< false: some of the ink belongs to no line
  int turned = 0;           ///< degrees clockwise by which a photograph was turned to be read

  /// The product of the lines' confidences.
  float confidence() const;

  /// Whether every line is accepted, and all of the ink was read.
  bool accepted() const;

  /// The lines' texts, joined by newlines: "12\n34".
  std::string text(const ModelCard& card) const;
};

/// Reads the numbers on an image, which may be a single digit; nothing where the image is blank.
/// Fails only where ONNX Runtime does.
///
/// Divides the ink into lines (core/text_lines.h). Adjacent lines are one where they are so close
/// together that they can be parts of the same digits, and make better digits together.
///
/// In each line, finds the division of the ink into digits that the recogniser gives the highest
/// probability. A digit may consist of several connected components (a 4 or 5 in two strokes, a
/// dotted 0); digits that touch are not separated. This is heuristic over-segmentation with dynamic
/// programming over log-probabilities (LeCun, Bottou, Bengio, Haffner, "Gradient-based learning
/// applied to document recognition", 1998, section V).
///
/// A model whose labels are not digits, or whose input is the full image, reads it as one
/// (read_as_one).
Result<std::optional<Reading>> read_number(Recognizer& recognizer, const GrayImage& image);

/// Reads the image as one digit, whose box is the whole image; nothing where the image is blank.
Result<std::optional<Reading>> read_as_one(Recognizer& recognizer, const GrayImage& image);

}  // namespace numeral
