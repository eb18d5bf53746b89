#pragma once

#include <torch/torch.h>

#include <memory>
#include <string>

#include "train/distributed/process_group.h"
#include "train/distributed/thread_group.h"

namespace numeral {

/// All workers of a run, as one of them sees them, with the collective operations between them.
/// Threads of one process exchange through its memory, GPUs by copies from one to the other; the
/// first thread of each process then exchanges with the other processes. All workers must make the
/// same calls in the same order. A call throws WorkerLost where a worker is gone.
class WorkerGroup {
 public:
  /// A worker alone, whose collective operations do nothing.
  WorkerGroup() = default;

  /// Worker `index` of `threads`, which must outlive it, on `device`; waits for the other
  /// processes. All processes have the same number of threads.
  WorkerGroup(ThreadGroup& threads, int index, const Rendezvous& place, torch::Device device);

  /// This worker's number among all workers of all processes.
  int rank() const { return rank_; }
  int size() const { return size_; }
  bool is_first() const { return rank_ == 0; }

  /// Replaces `tensor`, which must be contiguous, by the sum of all workers' tensors: the same bits
  /// on each, whatever their devices. A GPU's must be computed in its default stream. Does not wait
  /// for the GPU, unless there are several processes.
  void all_reduce(torch::Tensor& tensor) const;

  /// Replaces `bytes` by those of worker 0.
  void broadcast(std::string& bytes) const;

  /// Waits for the other processes and leaves them. To be called where a run ends well.
  void close() const;

 private:
  bool leads_process() const { return index_ == 0; }
  torch::Tensor& tensor_of(int index) const;
  void sum_whole(torch::Tensor& own) const;
  void sum_by_shards(torch::Tensor& own) const;
  void sum_over_processes() const;

  ThreadGroup* threads_ = nullptr;
  int index_ = 0;  ///< among the threads
  int rank_ = 0;
  int size_ = 1;
  int processes_ = 1;
  std::shared_ptr<ProcessGroup> process_group_;  ///< of the first thread, with several processes
};

}  // namespace numeral
