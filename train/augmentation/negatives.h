#pragma once

#include <array>
#include <optional>
#include <span>

#include "core/preprocess.h"
#include "native/idx.h"
#include "train/augmentation/font_glyphs.h"
#include "train/base/random.h"

namespace numeral {

/// Letters and signs that look like no digit. Left out is what could be one: B as 8, D, O, Q and U
/// as 0, G and b as 6, I, J, T, i, j, l and t as 1 or 7, S as 5, Y and y as 4, Z as 2, g and q
/// as 9.
inline constexpr const char* kLettersUnlikeDigits = "ACEFHKLMNPRVWXacdefhkmnprvwx#%*+<=>@~";

/// What is no digit.
enum class Negative {
  kLetter,  ///< or a sign, from a font
  kSeveralDigits,
  kScribble,
  kShape,
  kAreas,  ///< filled areas, as photographs of things have
  kNoise,
};

struct NegativeKind {
  Negative negative;
  const char* name;
  float share;  ///< of the negatives that the network learns from
};

inline constexpr std::array kNegativeKinds{
    NegativeKind{Negative::kLetter, "letters and signs from fonts", 0.5f},
    NegativeKind{Negative::kSeveralDigits, "two or three digits at once", 0.12f},
    NegativeKind{Negative::kScribble, "scribbles", 0.12f},
    NegativeKind{Negative::kShape, "shapes", 0.1f},
    NegativeKind{Negative::kAreas, "filled areas", 0.11f},
    NegativeKind{Negative::kNoise, "noise", 0.05f},
};

/// Draws what people also draw and what is no digit, so that the network learns to say so.
class NegativePainter {
 public:
  /// `digits` and its pictures `indices`, of which numbers of several digits are put together, must
  /// outlive the painter. Fails where a font is missing.
  static Result<NegativePainter> create(const IdxDataset& digits,
                                        std::span<const std::size_t> indices);

  /// One of the kind, augmented as digits are and preprocessed.
  NetworkInput paint(Negative negative, Random& random) const;

  /// One of any kind, each as often as its share says, moved as training digits are.
  NetworkInput paint(Random& random) const;

 private:
  NegativePainter(const IdxDataset& digits, std::span<const std::size_t> indices, Glyphs letters);

  std::optional<NetworkInput> try_to_paint(Negative negative, Random& random) const;
  GrayImage letter(Random& random) const;
  GrayImage several_digits(Random& random) const;

  const IdxDataset* digits_;
  std::span<const std::size_t> indices_;
  std::vector<GrayImage> letters_;
};

}  // namespace numeral
