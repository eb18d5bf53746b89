#pragma once

#include <torch/torch.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <torch/csrc/distributed/c10d/Backend.hpp>
#include <torch/csrc/distributed/c10d/Store.hpp>

namespace numeral {

/// Where the workers of a run find each other.
struct MeetingPoint {
  c10::intrusive_ptr<c10d::Store> store;    ///< shared by all; not by threads if over TCP
  std::string address = "127.0.0.1";        ///< of this machine, for the others
  std::chrono::milliseconds timeout{1000};  ///< for every exchange
};

/// Thrown where an exchange failed because of another worker.
struct WorkerLost : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The workers of a run as one of them sees them. They exchange tensors over c10d: Gloo, or NCCL
/// for GPUs where libtorch has it. All workers must make the same calls in the same order; a call
/// throws `WorkerLost` where a worker is gone or does not answer within the time-out.
class WorkerGroup {
 public:
  /// A worker alone, whose exchanges do nothing.
  WorkerGroup() = default;

  /// Worker `rank` of `size`; waits for the others.
  WorkerGroup(const MeetingPoint& meeting_point, int rank, int size, torch::Device device);

  int rank() const { return rank_; }
  int size() const { return size_; }
  bool is_first() const { return rank_ == 0; }

  /// Makes `tensor`, contiguous, the sum of all workers' tensors: the same bits on each.
  void sum(torch::Tensor& tensor) const;

  /// Makes `bytes` those of worker 0.
  void broadcast(std::string& bytes) const;

 private:
  int rank_ = 0;
  int size_ = 1;
  torch::Device transport_ = torch::kCPU;  ///< where tensors must lie to be exchanged
  c10::intrusive_ptr<c10d::Backend> backend_;
};

}  // namespace numeral
