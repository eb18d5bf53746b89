#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "core/error.h"
#include "core/onnxruntime.h"
#include "core/preprocess.h"

namespace numeral {

/// The shape of one picture as the network's input.
inline constexpr std::array<std::int64_t, 4> kInputShape{1, 1, kInputSize, kInputSize};

using Session = std::shared_ptr<OrtSession>;

/// Loads a model with ONNX Runtime. The bytes are copied. Fails where they are not a model.
/// numeral.wasm has another one, for its own model alone: see wasm/session_snapshot.cpp.
Result<Session> load_session(std::span<const std::byte> model);

}  // namespace numeral
