#pragma once

#include <onnxruntime_c_api.h>

#include "core/error.h"

namespace numeral {

/// The process's ONNX Runtime environment, which every session needs. The first call creates it; it
/// is never released. Its logging is off: errors are in the status of each call. Thread-safe. Fails
/// where the library is older than the headers.
Result<OrtEnv*> onnxruntime_environment();

}  // namespace numeral
