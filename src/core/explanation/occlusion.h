#pragma once

#include <array>

#include "core/recognizer.h"

namespace numeral {

/// How an answer depends on each place of a network input (Zeiler, Fergus, "Visualizing and
/// understanding convolutional networks", 2014, section 4.2): the probability of a class where a
/// square patch around the place is covered. Row by row, as the input.
using OcclusionMap = std::array<float, kInputSize * kInputSize>;

/// Covers one square of `patch` by `patch` values after the other with 0, and runs the network on
/// each. At the edges the square is cut off. `label` is an index into the card's labels. Fails only
/// where ONNX Runtime does.
Result<OcclusionMap> occlude(Recognizer& recognizer, const NetworkInput& input, int label,
                             int patch);

}  // namespace numeral
