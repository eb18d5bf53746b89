#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/error.h"
#include "core/onnxruntime.h"
#include "core/preprocess.h"

namespace numeral {

/// The shape of one picture as the network's input.
inline constexpr std::array<std::int64_t, 4> kInputShape{1, 1, kInputSize, kInputSize};

/// Loads a model with ONNX Runtime. The bytes are copied. Fails where they are not a model.
Result<OrtSessionHandle> load_session(std::span<const std::byte> model);

/// A tensor that uses the caller's memory, which must outlive it.
Result<OrtValueHandle> tensor_over(std::span<float> values, std::span<const std::int64_t> shape);

}  // namespace numeral
