#pragma once

#include <torch/torch.h>

#include <chrono>
#include <string>
#include <torch/csrc/distributed/c10d/Backend.hpp>
#include <torch/csrc/distributed/c10d/Store.hpp>

#include "train/distributed/thread_group.h"

namespace numeral {

/// Where the processes (nodes) of a run find each other.
struct Rendezvous {
  int node = 0;
  int nodes = 1;
  c10::intrusive_ptr<c10d::Store> store = {};  ///< of all nodes; threads do not share a TCP store
  std::string address = "127.0.0.1";           ///< of this machine, for the others
  std::chrono::milliseconds timeout{1000};     ///< of every collective operation between nodes
};

/// All workers of a run, as one of them sees them, with the collective operations between them.
/// Threads of one process exchange through its memory; the first of each node then exchanges with
/// the other nodes over c10d's Gloo. GPUs use NCCL where libtorch has it. All workers must make the
/// same calls in the same order. A call throws WorkerLost where a worker is gone, or a node does
/// not answer within the time-out.
class WorkerGroup {
 public:
  /// A worker alone, whose collective operations do nothing.
  WorkerGroup() = default;

  /// Worker `index` of `threads`, which must outlive it; waits for the other nodes.
  WorkerGroup(ThreadGroup& threads, int index, const Rendezvous& place, torch::Device device);

  /// This worker's number among all workers of all nodes.
  int rank() const { return rank_; }
  int size() const { return size_; }
  bool is_first() const { return rank_ == 0; }

  /// Replaces `tensor`, which must be contiguous, by the sum of all workers' tensors: the same bits
  /// on each.
  void all_reduce(torch::Tensor& tensor) const;

  /// Replaces `bytes` by those of worker 0.
  void broadcast(std::string& bytes) const;

 private:
  bool leads_node() const { return index_ == 0; }
  bool over_nccl() const { return transport_.is_cuda(); }
  void all_reduce_over_c10d(torch::Tensor& tensor) const;
  void broadcast_over_c10d(std::string& bytes) const;

  ThreadGroup* threads_ = nullptr;
  int index_ = 0;  ///< among the threads
  int rank_ = 0;
  int size_ = 1;
  int nodes_ = 1;
  torch::Device transport_ = torch::kCPU;      ///< where tensors must be to be exchanged
  c10::intrusive_ptr<c10d::Backend> backend_;  ///< NCCL: of every worker. Gloo: only of the first
                                               ///< of each node, and only with several nodes
};

}  // namespace numeral
