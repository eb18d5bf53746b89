#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/error.h"
#include "native/ort_model.h"

namespace numeral {

/// The nodes of a model in ONNX format, without their indices and versions, which it has not. Fails
/// where the bytes are no such model.
Result<std::vector<OrtNode>> parse_onnx_nodes(std::span<const std::uint8_t> bytes);

}  // namespace numeral
