#pragma once

#include <onnxruntime_c_api.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

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
// With ::, because native/ort_model.h has an OrtValue of its own.
using OrtValueHandle = std::unique_ptr<::OrtValue, OrtRelease<&OrtApi::ReleaseValue>>;
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

/// A tensor that uses the caller's memory, which must outlive it.
inline Result<OrtValueHandle> tensor_over(std::span<float> values,
                                          std::span<const std::int64_t> shape) {
  const OrtApi* api = onnxruntime_api();
  OrtMemoryInfo* memory = nullptr;
  if (auto made = check(api->CreateCpuMemoryInfo(OrtArenaAllocator, OrtMemTypeDefault, &memory));
      !made)
    return tl::unexpected(made.error());
  const OrtMemoryInfoHandle memory_handle(memory);
  ::OrtValue* value = nullptr;
  if (auto made = check(api->CreateTensorWithDataAsOrtValue(
          memory, values.data(), values.size_bytes(), shape.data(), shape.size(),
          ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT, &value));
      !made)
    return tl::unexpected(made.error());
  return OrtValueHandle(value);
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
