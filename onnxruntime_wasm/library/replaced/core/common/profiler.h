// In place of ONNX Runtime's header of this name: a profiler that is never on. The compiler leaves
// out whatever ONNX Runtime does only for an enabled one, and with it the writing to a stream.

#pragma once

// inference_session.cc relies on the other header for this one.
#include <fstream>
#include <initializer_list>
#include <memory>
#include <string>
#include <utility>

#include "core/common/common.h"
#include "core/common/logging/logging.h"
#include "core/common/profiler_common.h"

namespace onnxruntime::profiling {

class Profiler {
 public:
  static constexpr bool IsEnabled() { return false; }
  void Initialize(const logging::Logger*) {}
  void StartProfiling(const logging::Logger*) {}
  template <class T>
  void StartProfiling(const std::basic_string<T>&) {}
  TimePoint Start() { return {}; }
  uint64_t GetStartTimeNs() const { return 0; }
  void EndTimeAndRecordEvent(EventCategory, const std::string&, const TimePoint&,
                             const std::initializer_list<std::pair<std::string, std::string>>& = {},
                             bool = false) {}
  std::string EndProfiling() { return {}; }
  void AddEpProfilers(std::unique_ptr<EpProfiler>) {}
};

}  // namespace onnxruntime::profiling
