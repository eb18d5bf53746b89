#pragma once

#include <onnxruntime_c_api.h>

#include "core/error.h"

namespace numeral {

/// ONNX Runtime's environment, which every session needs: one for the whole process, made at the
/// first call and kept to its end, so nobody gives it back. Writes nothing to any output, now or
/// later: what goes wrong is in the status of each call. Any thread may call it.
Result<OrtEnv*> onnxruntime_environment();

}  // namespace numeral
