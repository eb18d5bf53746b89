#pragma once

#include <torch/torch.h>

#include <atomic>
#include <barrier>
#include <string>
#include <vector>

#include "train/distributed/worker_lost.h"

namespace numeral {

/// The workers of a run that are threads of one process: a barrier that fails when a participant
/// leaves, and the memory through which they exchange tensors.
class ThreadGroup {
 public:
  /// For `size` threads, numbered from 0. Each must call `leave` when it ends; see `Membership`.
  explicit ThreadGroup(int size)
      : tensors(static_cast<std::size_t>(size)), barrier_(size, Completion{this}) {}

  int size() const { return static_cast<int>(tensors.size()); }

  /// Waits until all threads have arrived. Throws WorkerLost where one has left instead.
  void wait() {
    barrier_.arrive_and_wait();
    if (failed_) throw WorkerLost("another worker has failed");
  }

  /// The calling thread will not arrive again: the others fail at their next `wait`.
  void leave() {
    left_ = true;
    barrier_.arrive_and_drop();
  }

  /// Leaves for a thread when it goes out of scope.
  class Membership {
   public:
    explicit Membership(ThreadGroup& group) : group_(group) {}
    ~Membership() { group_.leave(); }
    Membership(const Membership&) = delete;
    Membership& operator=(const Membership&) = delete;

   private:
    ThreadGroup& group_;
  };

  // Shared memory. Between two waits each thread writes only its own tensor, and thread 0 the
  // bytes.
  std::vector<torch::Tensor> tensors;
  std::string bytes;

 private:
  /// Runs once when all have arrived, before any goes on. So a thread that leaves after this wait
  /// does not make it fail for those that have yet to wake up.
  struct Completion {
    ThreadGroup* group;
    void operator()() noexcept { group->failed_ = group->left_; }
  };

  std::atomic<bool> left_ = false;
  bool failed_ = false;  ///< a thread had left when the latest wait was complete
  std::barrier<Completion> barrier_;
};

}  // namespace numeral
