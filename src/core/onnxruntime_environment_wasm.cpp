#include "core/onnxruntime_environment.h"
#include "core/onnxruntime_handle.h"

namespace numeral {
namespace {

Result<OrtEnv*> create_environment() {
  OrtEnv* environment = nullptr;
  const Result<void> created =
      check(onnxruntime_api()->CreateEnv(ORT_LOGGING_LEVEL_FATAL, "numeral", &environment));
  if (!created) return tl::unexpected(created.error());
  return environment;
}

}  // namespace

Result<OrtEnv*> onnxruntime_environment() {
  static const Result<OrtEnv*> environment = create_environment();
  return environment;
}

}  // namespace numeral
