#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/error.h"
#include "native/ort_model.h"

namespace numeral {

/// The nodes of a model in ONNX format. `index` and `since_version`, which that format does not
/// have, are 0. Fails where the bytes are not such a model.
Result<std::vector<OrtNode>> parse_onnx_nodes(std::span<const std::uint8_t> bytes);

}  // namespace numeral
