#pragma once

#include <onnxruntime_c_api.h>

#include <memory>

#include "core/error.h"

namespace numeral {

/// ONNX Runtime's C API, in the version of the headers; null where the library is older (see
/// onnxruntime_environment). The page's library has only the functions that src/ calls:
/// src/core/CMakeLists.txt lists them.
inline const OrtApi* onnxruntime_api() { return OrtGetApiBase()->GetApi(ORT_API_VERSION); }

/// A deleter that calls the API's release function for the type.
template <auto release>
struct OrtRelease {
  template <class T>
  void operator()(T* object) const {
    (onnxruntime_api()->*release)(object);
  }
};

using OrtStatusHandle = std::unique_ptr<OrtStatus, OrtRelease<&OrtApi::ReleaseStatus>>;
using OrtSessionOptionsHandle =
    std::unique_ptr<OrtSessionOptions, OrtRelease<&OrtApi::ReleaseSessionOptions>>;
using OrtSessionHandle = std::unique_ptr<OrtSession, OrtRelease<&OrtApi::ReleaseSession>>;
using OrtMemoryInfoHandle = std::unique_ptr<OrtMemoryInfo, OrtRelease<&OrtApi::ReleaseMemoryInfo>>;
using OrtValueHandle = std::unique_ptr<OrtValue, OrtRelease<&OrtApi::ReleaseValue>>;
using OrtTensorInfoHandle =
    std::unique_ptr<OrtTensorTypeAndShapeInfo, OrtRelease<&OrtApi::ReleaseTensorTypeAndShapeInfo>>;
using OrtTypeInfoHandle = std::unique_ptr<OrtTypeInfo, OrtRelease<&OrtApi::ReleaseTypeInfo>>;

/// Converts the status of an API call, null on success, to a Result and releases it:
/// `if (auto made = check(onnxruntime_api()->CreateSessionOptions(&options)); !made) ...`
inline Result<void> check(OrtStatus* status) {
  if (status == nullptr) return {};
  const OrtStatusHandle handle(status);
  return fail(onnxruntime_api()->GetErrorMessage(status));
}

/// The process's ONNX Runtime environment, which every session needs. The first call creates it; it
/// is never released. Thread-safe. Fails where the library is older than the headers.
Result<OrtEnv*> onnxruntime_environment();

/// Creates an environment. Its logging is off: errors are in the status of each call.
inline Result<OrtEnv*> create_onnxruntime_environment() {
  OrtEnv* environment = nullptr;
  const Result<void> created =
      check(onnxruntime_api()->CreateEnv(ORT_LOGGING_LEVEL_FATAL, "numeral", &environment));
  if (!created) return tl::unexpected(created.error());
  return environment;
}

}  // namespace numeral
