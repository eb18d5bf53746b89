// Parts of ONNX Runtime in a form that brings less along: the C API, where logs go, and the last
// words before an abort.

#include <emscripten/console.h>

#include "core/common/common.h"
#include "core/common/logging/isink.h"
#include "core/platform/logging/make_platform_default_log_sink.h"
#include "core/session/onnxruntime_c_api.h"
#include "core/session/ort_apis.h"
#include "onnxruntime_config.h"

namespace onnxruntime {

void PrintFinalMessage(const char* message) { emscripten_console_error(message); }

namespace logging {
namespace {

class Nowhere : public ISink {
  void SendImpl(const Timestamp&, const std::string&, const Capture&) override {}
};

}  // namespace

std::unique_ptr<ISink> MakePlatformDefaultLogSink() { return std::make_unique<Nowhere>(); }

}  // namespace logging
}  // namespace onnxruntime

namespace {

// ONNX Runtime's own table has all 280 functions, and the linker can leave out none of what is in
// it. This one has those that src/ calls; a call of another one is a trap, so add it here.
constexpr OrtApi api = [] {
  OrtApi api{};
  api.CreateCpuMemoryInfo = OrtApis::CreateCpuMemoryInfo;
  api.CreateEnv = OrtApis::CreateEnv;
  api.CreateSessionFromArray = OrtApis::CreateSessionFromArray;
  api.CreateSessionOptions = OrtApis::CreateSessionOptions;
  api.CreateTensorWithDataAsOrtValue = OrtApis::CreateTensorWithDataAsOrtValue;
  api.GetErrorMessage = OrtApis::GetErrorMessage;
  api.ReleaseMemoryInfo = OrtApis::ReleaseMemoryInfo;
  api.ReleaseSession = OrtApis::ReleaseSession;
  api.ReleaseSessionOptions = OrtApis::ReleaseSessionOptions;
  api.ReleaseStatus = OrtApis::ReleaseStatus;
  api.ReleaseValue = OrtApis::ReleaseValue;
  api.Run = OrtApis::Run;
  api.SetIntraOpNumThreads = OrtApis::SetIntraOpNumThreads;
  api.SetSessionExecutionMode = OrtApis::SetSessionExecutionMode;
  return api;
}();

const OrtApi* get_api(uint32_t version) noexcept {
  return version == ORT_API_VERSION ? &api : nullptr;
}

const char* get_version() noexcept { return ORT_VERSION; }

constexpr OrtApiBase base{get_api, get_version};

}  // namespace

const OrtApiBase* OrtGetApiBase() noexcept { return &base; }
