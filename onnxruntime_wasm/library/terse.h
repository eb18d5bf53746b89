// Included before every source file of ONNX Runtime's framework and kernels. It lets them say less:
//
// - Nothing is logged. The program reads the status of each call.
// - Where ONNX Runtime would throw, which without exceptions means to print and abort, it prints
//   the place in the source, but neither the condition that did not hold nor a sentence put
//   together from values. The messages of a failed call's status stay as they are.
//
// That makes a program smaller by a tenth.

#pragma once

// onnxruntime_cxx_api.h throws by this, unless it is defined already.
#define ORT_CXX_API_THROW(...) abort()

#include "text_stream.h"

#include "core/common/common.h"
#include "core/common/logging/logging.h"

namespace onnxruntime {

[[noreturn]] inline void GiveUp(const char* place) {
  PrintFinalMessage(place);
  abort();
}

}  // namespace onnxruntime

#define ORT_WASM_TEXT_OF(value) #value
#define ORT_WASM_TEXT(value) ORT_WASM_TEXT_OF(value)
#define ORT_WASM_PLACE __FILE_NAME__ ":" ORT_WASM_TEXT(__LINE__)

#undef ORT_THROW
#undef ORT_THROW_EX
#undef ORT_NOT_IMPLEMENTED
#undef ORT_ENFORCE
#define ORT_THROW(...) ::onnxruntime::GiveUp(ORT_WASM_PLACE)
#define ORT_THROW_EX(...) ::onnxruntime::GiveUp(ORT_WASM_PLACE)
#define ORT_NOT_IMPLEMENTED(...) ::onnxruntime::GiveUp(ORT_WASM_PLACE)
#define ORT_ENFORCE(condition, ...)                          \
  do {                                                       \
    if (!(condition)) ::onnxruntime::GiveUp(ORT_WASM_PLACE); \
  } while (false)

// What is streamed into these must still compile.
#define ORT_WASM_NO_LOG(logger, severity, category, type) \
  if (true) {                                             \
  } else                                                  \
    CREATE_MESSAGE(logger, severity, category, ::onnxruntime::logging::DataType::type).Stream()

#undef LOGS_CATEGORY
#undef LOGS_USER_CATEGORY
#undef LOGF_CATEGORY
#undef LOGF_USER_CATEGORY
#define LOGS_CATEGORY(logger, severity, category) \
  ORT_WASM_NO_LOG(logger, severity, category, SYSTEM)
#define LOGS_USER_CATEGORY(logger, severity, category) \
  ORT_WASM_NO_LOG(logger, severity, category, USER)
#define LOGF_CATEGORY(...) static_cast<void>(0)
#define LOGF_USER_CATEGORY(...) static_cast<void>(0)
