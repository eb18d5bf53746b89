#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/recognizer.h"

namespace numeral {

/// One digit of a number, and where it stands on the picture.
struct NumberDigit {
  Recognition answer;
  Box box;
};

/// What is written on a picture, read from left to right: one digit or several.
struct Number {
  std::vector<NumberDigit> digits;  ///< at least one

  /// The probability that all digits are right, if each were by itself: their product.
  float confidence() const;

  /// Whether the recogniser stands by every digit.
  bool accepted() const;

  /// Its labels, one after the other: "2026".
  std::string text(const ModelCard& card) const;
};

/// Reads the digits that stand side by side on a picture; nothing where it is blank.
///
/// The pieces of ink are shared out among digits such that the recogniser finds the whole most
/// probable: a digit may have several pieces (a 4 or 5 in two strokes, a 0 with a dot), but
/// touching digits are not taken apart. Among all ways to divide the pieces, from left to right,
/// the best is found by dynamic programming over the logarithms of the confidences: heuristic
/// over-segmentation, as in LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to
/// document recognition", 1998, section V.
///
/// A model whose labels are no digits, or that takes the picture whole, reads it as one.
Result<std::optional<Number>> read_number(Recognizer& recognizer, const GrayImage& image);

/// Reads the whole picture as one digit; nothing where it is blank.
Result<std::optional<Number>> read_as_one(Recognizer& recognizer, const GrayImage& image);

}  // namespace numeral
