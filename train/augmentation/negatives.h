#pragma once

#include <array>
#include <optional>
#include <span>

#include "core/preprocess.h"
#include "native/idx.h"
#include "train/augmentation/font_glyphs.h"
#include "train/base/random.h"

namespace numeral {

/// Letters and signs that do not look like a digit. Those that do are missing: B (8), D, O, Q, U
/// (0), G, b (6), I, J, T, i, j, l, t (1 or 7), S (5), Y, y (4), Z (2), g, q (9).
inline constexpr const char* kLettersUnlikeDigits = "ACEFHKLMNPRVWXacdefhkmnprvwx#%*+<=>@~";

/// Kinds of negatives: pictures that show no digit.
enum class Negative {
  kLetter,         ///< a letter or sign of a font
  kSeveralDigits,  ///< beside or over each other, or pieces of two
  kScribble,
  kShape,
  kAreas,  ///< filled areas, as in photographs of things
  kNoise,
};

struct NegativeKind {
  Negative negative;
  const char* name;
  float share;  ///< of the negatives in training
};

inline constexpr std::array kNegativeKinds{
    NegativeKind{Negative::kLetter, "letters and signs from fonts", 0.40f},
    NegativeKind{Negative::kSeveralDigits, "two or three digits at once", 0.24f},
    NegativeKind{Negative::kScribble, "scribbles", 0.11f},
    NegativeKind{Negative::kShape, "shapes", 0.08f},
    NegativeKind{Negative::kAreas, "filled areas", 0.14f},
    NegativeKind{Negative::kNoise, "noise", 0.03f},
};

/// Draws negatives, from which the network learns to reject what is no digit.
class NegativePainter {
 public:
  /// Pictures of several digits are made of the pictures `indices` of `digits`. Both must outlive
  /// the painter. Fails where a font is missing.
  static Result<NegativePainter> create(const IdxDataset& digits,
                                        std::span<const std::size_t> indices);

  /// A network input of one kind. Drawings are augmented as digits are; all are preprocessed.
  NetworkInput paint(Negative negative, Random& random) const;

  /// A network input of a random kind, by the kinds' shares, shifted at random as digits are.
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
