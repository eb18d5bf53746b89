#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "core/preprocess.h"
#include "train/base/random.h"

namespace numeral {

/// What is done to training pictures so that the network does not see the same one twice.
enum class Augmentation {
  kNone,      ///< nothing
  kInk,       ///< a drawing is drawn anew, as somebody else might have (augment.h)
  kDigits,    ///< likewise a handwritten digit, and some in forms that the data lacks (forms.h)
  kPictures,  ///< a whole picture is mirrored, moved, turned, partly covered (picture_augment.h)
};

/// The name of an augmentation on the command line and in model cards: "none", "ink", "digits",
/// "pictures".
std::string_view name_of(Augmentation augmentation);

/// The augmentation of that name; nothing where there is none.
std::optional<Augmentation> augmentation_named(std::string_view name);

/// Makes what the network sees of a training picture of class `label`.
using Transform = std::function<NetworkInput(const GrayImage& picture, int label, Random& random)>;

/// Augments as asked and preprocesses as the recogniser will. kInk and kDigits are for
/// InputMode::kInk, kPictures is for InputMode::kFullImage. A blank picture becomes an empty input.
Transform training_transform(Augmentation augmentation, InputMode input_mode);

}  // namespace numeral
