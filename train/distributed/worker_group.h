#pragma once

#include <torch/torch.h>

#include <chrono>
#include <string>
#include <torch/csrc/distributed/c10d/Backend.hpp>
#include <torch/csrc/distributed/c10d/Store.hpp>

#include "train/distributed/thread_meeting.h"

namespace numeral {

/// Where the programs of a run, its nodes, find each other.
struct Rendezvous {
  int node = 0;
  int nodes = 1;
  c10::intrusive_ptr<c10d::Store> store = {};  ///< shared by all; not by threads if over TCP
  std::string address = "127.0.0.1";           ///< of this machine, for the others
  std::chrono::milliseconds timeout{1000};     ///< for every exchange
};

/// The workers of a run as one of them sees them. Those of one program, its threads, exchange
/// through its memory; the first of them then does so with the other nodes over c10d's Gloo. GPUs
/// exchange with all others over NCCL, where libtorch has it. All workers must make the same calls
/// in the same order; a call throws `WorkerLost` where a worker is gone or does not answer within
/// the time-out.
class WorkerGroup {
 public:
  /// A worker alone, whose exchanges do nothing.
  WorkerGroup() = default;

  /// Worker `index` of those that meet in `threads`, which must outlive it; waits for the other
  /// nodes.
  WorkerGroup(ThreadMeeting& threads, int index, const Rendezvous& place, torch::Device device);

  /// Its number among all workers of all nodes.
  int rank() const { return rank_; }
  int size() const { return size_; }
  bool is_first() const { return rank_ == 0; }

  /// Makes `tensor`, contiguous, the sum of all workers' tensors: the same bits on each.
  void sum(torch::Tensor& tensor) const;

  /// Makes `bytes` those of worker 0.
  void broadcast(std::string& bytes) const;

 private:
  bool leads_node() const { return index_ == 0; }
  bool over_nccl() const { return transport_.is_cuda(); }
  void wait() const { threads_->wait(timeout_); }
  void sum_over_c10d(torch::Tensor& tensor) const;
  void broadcast_over_c10d(std::string& bytes) const;

  ThreadMeeting* threads_ = nullptr;
  int index_ = 0;  ///< among the threads
  int rank_ = 0;
  int size_ = 1;
  int nodes_ = 1;
  std::chrono::milliseconds timeout_{};
  torch::Device transport_ = torch::kCPU;      ///< where tensors must lie to be exchanged
  c10::intrusive_ptr<c10d::Backend> backend_;  ///< over NCCL all workers'; else the first one's of
                                               ///< each node, where there are several
};

}  // namespace numeral
