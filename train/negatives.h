#pragma once

#include <span>

#include "../src/idx.h"
#include "../src/preprocess.h"
#include "glyphs.h"
#include "random.h"

namespace numeral {

/// Letters and signs that look like no digit. Left out is what could be one: B as 8, D, O, Q and U
/// as 0, G and b as 6, I, J, T, i, j, l and t as 1 or 7, S as 5, Y and y as 4, Z as 2, g and q
/// as 9.
inline constexpr const char* kLettersUnlikeDigits = "ACEFHKLMNPRVWXacdefhkmnprvwx#%*+<=>@~";

/// Draws what people also draw and what is no digit, so that the network learns to say so.
class NegativePainter {
 public:
  /// `digits` and its pictures `indices`, of which numbers of several digits are put together, must
  /// outlive the painter. Fails where a font is missing.
  static Result<NegativePainter> create(const IdxDataset& digits,
                                        std::span<const std::size_t> indices);

  /// A letter or sign, two or three digits side by side, a scribble, a shape, filled areas as in
  /// photographs, or noise; augmented as digits are and preprocessed.
  NetworkInput paint(Random& random) const;

 private:
  NegativePainter(const IdxDataset& digits, std::span<const std::size_t> indices, Glyphs letters);

  GrayImage letter(Random& random) const;
  GrayImage several_digits(Random& random) const;

  const IdxDataset* digits_;
  std::span<const std::size_t> indices_;
  std::vector<GrayImage> letters_;
};

}  // namespace numeral
