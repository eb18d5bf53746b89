#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "core/image.h"
#include "core/ink.h"

namespace numeral {

/// Height and width of the picture that the network sees.
inline constexpr int kInputSize = 28;

/// Height or width, whichever is larger, of the digit inside it.
inline constexpr int kDigitSize = 20;

/// What the network sees: kInputSize x kInputSize values, row by row: ink 1 on background 0, or
/// white 1 and black 0 (see InputMode).
using NetworkInput = std::array<float, kInputSize * kInputSize>;

/// What of a picture the network is shown.
enum class InputMode {
  kInk,    ///< the drawing on it, wherever it stands: for what is written or drawn
  kFullImage,  ///< all of it, as it is: for pictures that fill their frame
};

/// The name of a framing on the command line and in model cards: "ink", "whole".
std::string_view name_of(InputMode input_mode);

/// The framing of that name; nothing where there is none.
std::optional<InputMode> input_mode_named(std::string_view name);

/// Brings a picture into the form in which the network sees it.
///
/// With InputMode::kInk into that of MNIST's pictures, so that where a drawing stands, how large it
/// is and whether it is dark on light or light on dark no longer matter:
///
/// 1. What is written on it is found (see find_ink): 0 (background) to 1 (the strongest ink).
/// 2. The ink's bounding box is scaled, aspect ratio kept and anti-aliased, until its longer
///    side is kDigitSize.
/// 3. It is placed with its centre of mass at the middle of pixel (14, 14), as in MNIST, or as
///    near to that as leaves all of it inside. One that needed no scaling is moved by whole
///    pixels, so that MNIST's own pictures stay as they are.
/// 4. The strongest value becomes 1 again: a thin stroke that fell between pixels stays ink.
///
/// As MNIST was made: LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to
/// document recognition", 1998, section III.A. Training and recognition both call this.
///
/// Returns nothing where the picture is blank (or empty): no ink stands out from the background.
///
/// With InputMode::kFullImage the picture is scaled, anti-aliased, to the input's size, and its levels
/// become values from 0 (black) to 1 (white). Height and width are scaled each by itself. Returns
/// nothing only for an empty picture.
std::optional<NetworkInput> preprocess(const GrayImage& image, InputMode input_mode = InputMode::kInk);

/// Steps 2 to 4, for ink that is found already: cut out, not empty, not all 0.
NetworkInput fit_ink(const FloatImage& ink);

}  // namespace numeral
