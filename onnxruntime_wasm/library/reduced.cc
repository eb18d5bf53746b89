// Parts of ONNX Runtime in a form that brings less along: threads, where logs go, weights outside
// the model, and the last words before an abort.

#include <emscripten/console.h>

#include "core/common/common.h"
#include "core/common/logging/isink.h"
#include "core/framework/external_data_loader.h"
#include "core/platform/logging/make_platform_default_log_sink.h"
#include "core/util/thread_utils.h"

namespace onnxruntime {

void PrintFinalMessage(const char* message) { emscripten_console_error(message); }

common::Status LoadWebAssemblyExternalData(const Env&, const std::filesystem::path&, FileOffsetType,
                                           SafeInt<size_t>, ExternalDataLoadType, void*) {
  return ORT_MAKE_STATUS(ONNXRUNTIME, NOT_IMPLEMENTED,
                         "weights in a file of their own cannot be read");
}

namespace concurrency {

std::unique_ptr<ThreadPool> CreateThreadPool(Env*, OrtThreadPoolParams, ThreadPoolType) {
  return nullptr;
}

}  // namespace concurrency

namespace logging {
namespace {

class Nowhere : public ISink {
  void SendImpl(const Timestamp&, const std::string&, const Capture&) override {}
};

}  // namespace

std::unique_ptr<ISink> MakePlatformDefaultLogSink() { return std::make_unique<Nowhere>(); }

}  // namespace logging
}  // namespace onnxruntime
