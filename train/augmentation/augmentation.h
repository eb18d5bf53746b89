#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "core/preprocess.h"
#include "train/base/random.h"

namespace numeral {

/// How training pictures are varied from epoch to epoch.
enum class Augmentation {
  kNone,      ///< not at all
  kInk,       ///< drawings: affine and elastic transform, stroke effects (ink_transform.h)
  kDigits,    ///< handwritten digits: as kInk, and variants that MNIST lacks (digit_variants.h)
  kPictures,  ///< full pictures: mirrored, moved, turned, random erasing (image_transform.h)
};

/// The name on the command line and in model cards: "none", "ink", "digits" or "pictures".
std::string_view name_of(Augmentation augmentation);

/// The augmentation with that name, if there is one.
std::optional<Augmentation> augmentation_named(std::string_view name);

/// Makes the network's input from a training picture of class `label`. The same random numbers give
/// the same input.
using Transform = std::function<NetworkInput(const GrayImage& picture, int label, Random& random)>;

/// A transform that augments, then preprocesses as the recogniser does. kInk and kDigits go with
/// InputMode::kInk, kPictures goes with InputMode::kFullImage. With kDigits a drawn form of the
/// same digit replaces the share `drawn_forms` of the pictures, 0 to 1. A picture without ink
/// becomes an input of zeros.
Transform training_transform(Augmentation augmentation, InputMode input_mode, double drawn_forms);

}  // namespace numeral
