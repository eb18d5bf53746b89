#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/recognizer.h"

namespace numeral {

/// One digit of a number.
struct NumberDigit {
  Recognition answer;
  Box box;  ///< where it is on the image
};

/// A number that was read from an image, from left to right.
struct Number {
  std::vector<NumberDigit> digits;  ///< at least one

  /// The product of the digits' confidences: the probability that all are right, were they
  /// independent.
  float confidence() const;

  /// Whether every digit is accepted.
  bool accepted() const;

  /// The digits' labels, concatenated: "2026".
  std::string text(const ModelCard& card) const;
};

/// Reads the number on an image, which may be a single digit; nothing where the image is blank.
/// Fails only where ONNX Runtime does.
///
/// Finds the division of the ink into digits that the recogniser gives the highest probability. A
/// digit may consist of several connected components (a 4 or 5 in two strokes, a dotted 0); digits
/// that touch are not separated. This is heuristic over-segmentation with dynamic programming over
/// log-probabilities (LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to document
/// recognition", 1998, section V).
///
/// A model whose labels are not digits, or whose input is the full image, reads it as one
/// (read_as_one).
Result<std::optional<Number>> read_number(Recognizer& recognizer, const GrayImage& image);

/// Reads the image as one digit, whose box is the whole image; nothing where the image is blank.
Result<std::optional<Number>> read_as_one(Recognizer& recognizer, const GrayImage& image);

}  // namespace numeral
