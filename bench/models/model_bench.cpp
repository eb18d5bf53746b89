// Runs a model with ONNX Runtime's C API: what bench/browser/models_bench.mjs loads and times.

#include <emscripten/console.h>
#include <onnxruntime_c_api.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

const OrtApi& api = *OrtGetApiBase()->GetApi(ORT_API_VERSION);

OrtSession* session = nullptr;
std::vector<std::string> names;
std::vector<OrtValue*> values;

void check(OrtStatus* status) {
  if (status == nullptr) return;
  emscripten_console_error(api.GetErrorMessage(status));
  std::abort();
}

}  // namespace

extern "C" {

void bench_load(const void* model, std::size_t bytes) {
  OrtEnv* environment = nullptr;
  check(api.CreateEnv(ORT_LOGGING_LEVEL_FATAL, "bench", &environment));
  OrtSessionOptions* options = nullptr;
  check(api.CreateSessionOptions(&options));
  check(api.SetIntraOpNumThreads(options, 1));
  check(api.CreateSessionFromArray(environment, model, bytes, options, &session));
  api.ReleaseSessionOptions(options);
}

/// An input of float32 or int64, over the caller's memory.
void bench_input(const char* name, bool is_float, void* data, std::size_t bytes,
                 const std::int32_t* sizes, std::size_t rank) {
  OrtMemoryInfo* memory = nullptr;
  check(api.CreateCpuMemoryInfo(OrtArenaAllocator, OrtMemTypeDefault, &memory));
  const std::vector<std::int64_t> shape(sizes, sizes + rank);
  OrtValue* value = nullptr;
  check(api.CreateTensorWithDataAsOrtValue(
      memory, data, bytes, shape.data(), rank,
      is_float ? ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT : ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64,
      &value));
  api.ReleaseMemoryInfo(memory);
  names.emplace_back(name);
  values.push_back(value);
}

/// The output's values, until the next call.
const float* bench_run(const char* output) {
  std::vector<const char*> inputs;
  for (const std::string& name : names) inputs.push_back(name.c_str());
  static OrtValue* result = nullptr;
  if (result != nullptr) api.ReleaseValue(result);
  result = nullptr;
  check(
      api.Run(session, nullptr, inputs.data(), values.data(), values.size(), &output, 1, &result));
  void* data = nullptr;
  check(api.GetTensorMutableData(result, &data));
  return static_cast<const float*>(data);
}

}  // extern "C"
