#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "core/image.h"

namespace numeral {

/// Height and width of the network's input, in pixels.
inline constexpr int kInputSize = 28;

/// The longer side of the digit inside it, in pixels.
inline constexpr int kDigitSize = 20;

/// The network's input: kInputSize x kInputSize values from 0 to 1, row by row. Ink is 1 on
/// background 0; with InputMode::kFullImage white is 1 and black 0.
using NetworkInput = std::array<float, kInputSize * kInputSize>;

/// What part of an image the network sees.
enum class InputMode {
  kInk,        ///< the ink, wherever it is: for handwriting and drawings
  kFullImage,  ///< all of the image: for pictures that fill their frame, as Fashion-MNIST's
};

/// The mode's name on the command line and in model cards: "ink" or "whole".
std::string_view name_of(InputMode input_mode);

/// The mode of that name; nothing where there is none.
std::optional<InputMode> input_mode_named(std::string_view name);

// Preprocessing has two stages. Every way from an image to a network input goes through both:
// training, evaluation, command line, page and photos. A step that is added to a stage reaches all
// of them; the model must then be trained anew.

/// Stage 1: finds what the network shall see of an image.
///
/// kInk: the bounding box of the ink, values from 0 (background) to 1 (the strongest ink); nothing
/// where the image is blank. See find_ink.
/// kFullImage: the whole image, values from 0 (black) to 1 (white); nothing where it has no pixels.
std::optional<Region> find_region(const GrayImage& image, InputMode input_mode);

/// Stage 2: scales the region, or a part of it, to the network's input size. `region` must not be
/// empty; with kInk it must not be all 0.
///
/// kInk: normalises position and size as MNIST did (LeCun, Bottou, Bengio, Haffner, "Gradient-based
/// learning applied to document recognition", 1998, section III.A):
///
/// 1. Scales it, aspect ratio kept and anti-aliased, until its longer side is kDigitSize.
/// 2. Moves its centre of mass to the middle of pixel (14, 14), or as near to that as keeps all of
///    it inside. Where no scaling was needed, it moves by whole pixels, so that MNIST's own images
///    stay as they are.
/// 3. Divides by the maximum: a thin stroke that fell between pixels becomes 1 again.
///
/// kFullImage: scales it, anti-aliased, to kInputSize both ways, whatever its aspect ratio.
NetworkInput to_network_input(const FloatImage& region, InputMode input_mode);

/// Both stages: what the network sees of an image; nothing where that is blank or empty.
std::optional<NetworkInput> preprocess(const GrayImage& image,
                                       InputMode input_mode = InputMode::kInk);

}  // namespace numeral
