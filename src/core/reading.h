#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/recognizer.h"
#include "core/segmentation/signs.h"

namespace numeral {

/// A digit that was read.
struct PlacedDigit {
  Recognition answer;
  Box box;                     ///< where it is on the image
  bool begins_number = false;  ///< a wide gap divides it from the digit before
};

/// A sign that was read.
struct PlacedSign {
  std::size_t before = 0;  ///< index of the digit that it stands before
  Sign sign = Sign::kPoint;
};

/// What else ink may be, or what it is.
struct Alternative {
  std::string text;
  float confidence = 0;
};

/// A line of text that was read: a number, a single digit, or several numbers far apart.
struct Line {
  std::vector<PlacedDigit> digits;             ///< from left to right; at least one
  bool is_certain = true;                      ///< false: something else may be written, too
  std::vector<Alternative> alternatives = {};  ///< where asked for: the best first, as text()
  std::vector<PlacedSign> signs = {};          ///< from left to right, where asked for

  /// The product of the digits' confidences: the probability that all are right, were they
  /// independent.
  float confidence() const;

  /// Whether every digit is accepted, and they are certainly all that is written.
  bool accepted() const;

  /// The digits' labels and the signs, concatenated: "2026", "-3.5". `between`: what stands in wide
  /// gaps.
  std::string text(const ModelCard& card, std::string_view between = {}) const;

  /// The same, divided where there are wide gaps: {"12", "34"}.
  std::vector<std::string> numbers(const ModelCard& card) const;
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

  /// The most probable readings of all lines, at most `count`, where their alternatives were asked
  /// for: the first is text(). Their confidences add up to at most 1.
  std::vector<Alternative> alternatives(std::size_t count) const;
};

}  // namespace numeral
