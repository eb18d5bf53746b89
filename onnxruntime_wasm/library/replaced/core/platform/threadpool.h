// In place of ONNX Runtime's header of this name: a pool without threads. What it is given is done
// at once.

#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "core/common/common.h"
#include "core/platform/env.h"

namespace onnxruntime {

struct TensorOpCost {
  double bytes_loaded;
  double bytes_stored;
  double compute_cycles;
};

namespace concurrency {

class ThreadPool {
 public:
  using NAME_CHAR_TYPE = char;

  ThreadPool(Env*, const ThreadOptions&, const char*, int, bool, bool = false) {}

  class ParallelSection {
   public:
    explicit ParallelSection(ThreadPool*) {}
  };

  void EnableSpinning() {}
  void DisableSpinning() {}

  template <class Function>
  static void Schedule(ThreadPool*, Function&& function) {
    function();
  }

  template <class Function>
  static void TryParallelFor(ThreadPool*, std::ptrdiff_t total, double, Function&& function) {
    function(std::ptrdiff_t{0}, total);
  }
  template <class Function>
  static void TryParallelFor(ThreadPool*, std::ptrdiff_t total, const TensorOpCost&,
                             Function&& function) {
    function(std::ptrdiff_t{0}, total);
  }

  template <class Function>
  static void TrySimpleParallelFor(ThreadPool*, std::ptrdiff_t total, Function&& function) {
    for (std::ptrdiff_t i = 0; i < total; ++i) function(i);
  }

  template <class Function>
  static void TryBatchParallelFor(ThreadPool*, std::ptrdiff_t total, Function&& function,
                                  std::ptrdiff_t) {
    for (std::ptrdiff_t i = 0; i < total; ++i) function(i);
  }

  struct WorkInfo {
    std::ptrdiff_t start{0};
    std::ptrdiff_t end{0};
  };

  static constexpr WorkInfo PartitionWork(std::ptrdiff_t batch, std::ptrdiff_t batches,
                                          std::ptrdiff_t total) {
    return {total * batch / batches, total * (batch + 1) / batches};
  }

  static constexpr bool ShouldParallelize(const ThreadPool*) { return false; }
  static constexpr int DegreeOfParallelism(const ThreadPool*) { return 1; }
  static void StartProfiling(ThreadPool*) {}
  static std::string StopProfiling(ThreadPool*) { return {}; }
};

}  // namespace concurrency
}  // namespace onnxruntime
