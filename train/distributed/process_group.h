#pragma once

#include <torch/torch.h>

#include <chrono>
#include <functional>
#include <string>
#include <torch/csrc/distributed/c10d/Backend.hpp>

#include "train/distributed/rendezvous.h"

namespace numeral {

/// The processes of a run, as one of them sees them, with the collective operations between them:
/// c10d's NCCL for a GPU's tensors where libtorch has it, otherwise Gloo. All processes must make
/// the same calls in the same order. A call throws WorkerLost where a process is gone or does not
/// answer within the time-out.
class ProcessGroup {
 public:
  /// Waits for the other processes. `device` is where the tensors will be. Throws
  /// std::runtime_error where this program was built without Gloo and NCCL, and WorkerLost.
  ProcessGroup(const Rendezvous& place, torch::Device device);

  /// Replaces `tensor`, which must be contiguous, by the sum of all processes' tensors: the same
  /// bits on each.
  void all_reduce(torch::Tensor& tensor) const;

  /// Replaces `bytes` by those of process 0.
  void broadcast(std::string& bytes) const;

  /// Waits until all processes call this, and then leaves. To be called where a run ends well.
  void close() const;

 private:
  using Start = std::function<c10::intrusive_ptr<c10d::Work>()>;
  bool over_nccl() const { return transport_.is_cuda(); }
  void complete(const Start& start) const;

  std::chrono::milliseconds timeout_;
  torch::Device transport_ = torch::kCPU;  ///< where tensors must be to be exchanged
  c10::intrusive_ptr<c10d::Backend> backend_;
};

}  // namespace numeral
