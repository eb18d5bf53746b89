#pragma once

#include <array>
#include <optional>

#include "image.h"

namespace numeral {

/// Height and width of the picture that the network sees.
inline constexpr int kInputSize = 28;

/// Height or width, whichever is larger, of the digit inside it.
inline constexpr int kDigitSize = 20;

/// What the network sees: kInputSize x kInputSize values, row by row, ink 1 on background 0.
using NetworkInput = std::array<float, kInputSize * kInputSize>;

/// Brings a drawing into the form of MNIST's pictures, so that where it stands, how large it is
/// and whether it is dark on light or light on dark no longer matter:
///
/// 1. The background is the median of the picture's outermost pixels; ink is what differs from
///    it, in the direction (darker or lighter) in which more of the picture does. The strongest
///    ink becomes 1; what is within the background's own noise becomes 0.
/// 2. The ink's bounding box is scaled, aspect ratio kept and anti-aliased, until its longer
///    side is kDigitSize.
/// 3. It is placed with its centre of mass at the middle of pixel (14, 14), as in MNIST, or as
///    near to that as leaves all of it inside.
/// 4. The strongest value becomes 1 again: a thin stroke that fell between pixels stays ink.
///
/// As MNIST was made: LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to
/// document recognition", 1998, section III.A. Training and recognition both call this.
///
/// Returns nothing where the picture is blank (or empty): no ink stands out from the background.
std::optional<NetworkInput> preprocess(const GrayImage& image);

}  // namespace numeral
