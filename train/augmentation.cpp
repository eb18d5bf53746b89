#include "augmentation.h"

#include <array>

#include "augment.h"
#include "damage.h"
#include "forms.h"
#include "picture_augment.h"

namespace numeral {
namespace {

struct Name {
  Augmentation augmentation;
  std::string_view text;
};

constexpr std::array kNames{Name{Augmentation::kNone, "none"}, Name{Augmentation::kInk, "ink"},
                            Name{Augmentation::kDigits, "digits"},
                            Name{Augmentation::kPictures, "pictures"}};

/// The share of pictures in whose place another form of the same digit is drawn, if it has one.
constexpr float kFormShare = 0.15f;

/// The share of zeros that are slashed.
constexpr float kSlashedShare = 0.05f;

std::optional<NetworkInput> augment_digit(const GrayImage& digit, int label, Random& random) {
  if (label == 0 && random.chance(kSlashedShare)) {
    GrayImage slashed = digit;
    slash(slashed, random);
    return augment(slashed, random);
  }
  const std::optional<GrayImage> form =
      random.chance(kFormShare) ? draw_form(label, random) : std::nullopt;
  return augment(form ? *form : digit, random);
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

MakeInput training_input(Augmentation augmentation, Framing framing) {
  return [=](const GrayImage& picture, int label, Random& random) {
    const auto make = [&]() -> std::optional<NetworkInput> {
      switch (augmentation) {
        case Augmentation::kInk:
          return augment(picture, random);
        case Augmentation::kDigits:
          return augment_digit(picture, label, random);
        case Augmentation::kPictures:
          return preprocess(augment_picture(picture, random), framing);
        case Augmentation::kNone:
          break;
      }
      return preprocess(picture, framing);
    };
    const NetworkInput input = make().value_or(NetworkInput{});
    const bool drawn = augmentation == Augmentation::kInk || augmentation == Augmentation::kDigits;
    return drawn ? nudged(input, random) : input;
  };
}

}  // namespace numeral
