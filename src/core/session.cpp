#include "core/session.h"

namespace numeral {
namespace {

/// One thread: more would not make so small a network faster, and WebAssembly has no more unless
/// the server sends special headers.
Result<OrtSessionOptionsHandle> session_options() {
  const OrtApi* api = onnxruntime_api();
  OrtSessionOptions* options = nullptr;
  if (auto made = check(api->CreateSessionOptions(&options)); !made)
    return tl::unexpected(made.error());
  OrtSessionOptionsHandle handle(options);
  if (auto set = check(api->SetIntraOpNumThreads(options, 1)); !set)
    return tl::unexpected(set.error());
  if (auto set = check(api->SetSessionExecutionMode(options, ORT_SEQUENTIAL)); !set)
    return tl::unexpected(set.error());
  return handle;
}

}  // namespace

Result<OrtSessionHandle> load_session(std::span<const std::byte> model) {
  const Result<OrtEnv*> environment = onnxruntime_environment();
  if (!environment) return tl::unexpected(environment.error());
  const Result<OrtSessionOptionsHandle> options = session_options();
  if (!options) return tl::unexpected(options.error());
  OrtSession* session = nullptr;
  if (auto made = check(onnxruntime_api()->CreateSessionFromArray(
          *environment, model.data(), model.size(), options->get(), &session));
      !made)
    return fail("the model cannot be loaded: " + made.error().message);
  return OrtSessionHandle(session);
}

Result<OrtValueHandle> tensor_over(std::span<float> values, std::span<const std::int64_t> shape) {
  const OrtApi* api = onnxruntime_api();
  OrtMemoryInfo* memory = nullptr;
  if (auto made = check(api->CreateCpuMemoryInfo(OrtArenaAllocator, OrtMemTypeDefault, &memory));
      !made)
    return tl::unexpected(made.error());
  const OrtMemoryInfoHandle memory_handle(memory);
  OrtValue* value = nullptr;
  if (auto made = check(api->CreateTensorWithDataAsOrtValue(
          memory, values.data(), values.size_bytes(), shape.data(), shape.size(),
          ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT, &value));
      !made)
    return tl::unexpected(made.error());
  return OrtValueHandle(value);
}

}  // namespace numeral
