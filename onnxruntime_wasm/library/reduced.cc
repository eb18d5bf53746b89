// Parts of ONNX Runtime in a form that brings less along: threads, where logs go, and the last
// words before an abort.

#include <emscripten/console.h>

#include "core/common/common.h"
#include "core/common/logging/isink.h"
#include "core/platform/logging/make_platform_default_log_sink.h"
#include "core/util/thread_utils.h"

namespace onnxruntime {

void PrintFinalMessage(const char* message) { emscripten_console_error(message); }

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
