#include "core/onnxruntime.h"

namespace numeral {

Result<OrtEnv*> onnxruntime_environment() {
  static const Result<OrtEnv*> environment = create_onnxruntime_environment();
  return environment;
}

}  // namespace numeral
