#include <onnx/defs/schema.h>

#include <string>

#include "core/onnxruntime.h"

namespace numeral {
namespace {

/// Empties ONNX's registry of operator schemas. Debian's ONNX Runtime links libonnx, which fills
/// the registry when it is loaded. Creating an environment registers every schema again, and would
/// warn on stderr about each that is already there. Afterwards the registry is complete for ONNX's
/// checker.
void deregister_onnx_schemas() {
  for (const onnx::OpSchema& schema : onnx::OpSchemaRegistry::get_all_schemas_with_history())
    onnx::DeregisterSchema(schema.Name(), schema.since_version(), schema.domain());
}

Result<OrtEnv*> create_environment() {
  if (onnxruntime_api() == nullptr)
    return fail("the installed ONNX Runtime is too old: expected version 1." +
                std::to_string(ORT_API_VERSION) + " or newer, found " +
                OrtGetApiBase()->GetVersionString());
  deregister_onnx_schemas();
  return create_onnxruntime_environment();
}

}  // namespace

Result<OrtEnv*> onnxruntime_environment() {
  static const Result<OrtEnv*> environment = create_environment();
  return environment;
}

}  // namespace numeral
