#include "train/augmentation/augmentation.h"

#include <array>

#include "train/augmentation/digit_variants.h"
#include "train/augmentation/image_transform.h"
#include "train/augmentation/ink_transform.h"
#include "train/augmentation/stroke_effects.h"

namespace numeral {
namespace {

struct Name {
  Augmentation augmentation;
  std::string_view text;
};

constexpr std::array kNames{Name{Augmentation::kNone, "none"}, Name{Augmentation::kInk, "ink"},
                            Name{Augmentation::kDigits, "digits"},
                            Name{Augmentation::kPictures, "pictures"}};

/// The share of zeros that are slashed.
constexpr float kSlashedShare = 0.05f;

std::optional<NetworkInput> augment_digit(const GrayImage& digit, int label, double drawn_forms,
                                          Random& random) {
  if (label == 0 && random.chance(kSlashedShare)) {
    GrayImage slashed = digit;
    slash(slashed, random);
    return augment_ink(slashed, random);
  }
  if (!random.chance(static_cast<float>(drawn_forms))) return augment_ink(digit, random);
  GrayImage drawn = draw_digit_variant(label, random);
  add_stroke_effects(drawn, random);
  return preprocess(drawn);
}

}  // namespace

std::string_view name_of(Augmentation augmentation) {
  for (const Name& name : kNames)
    if (name.augmentation == augmentation) return name.text;
  return "";
}

std::optional<Augmentation> augmentation_named(std::string_view name) {
  for (const Name& known : kNames)
    if (known.text == name) return known.augmentation;
  return std::nullopt;
}

Transform training_transform(Augmentation augmentation, InputMode input_mode, double drawn_forms) {
  return [=](const GrayImage& picture, int label, Random& random) {
    const auto make = [&]() -> std::optional<NetworkInput> {
      switch (augmentation) {
        case Augmentation::kInk:
          return augment_ink(picture, random);
        case Augmentation::kDigits:
          return augment_digit(picture, label, drawn_forms, random);
        case Augmentation::kPictures:
          return preprocess(transform_image(picture, random), input_mode);
        case Augmentation::kNone:
          break;
      }
      return preprocess(picture, input_mode);
    };
    const NetworkInput input = make().value_or(NetworkInput{});
    const bool is_ink = augmentation == Augmentation::kInk || augmentation == Augmentation::kDigits;
    return is_ink ? random_shift(input, random) : input;
  };
}

}  // namespace numeral
