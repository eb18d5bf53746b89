#include "train/distributed/worker_group.h"

#include "train/base/shard.h"

namespace numeral {
namespace {

/// Fewer values than these are summed sooner by each worker than in shards.
constexpr std::int64_t kMinSharded = 4096;

}  // namespace

WorkerGroup::WorkerGroup(ThreadGroup& threads, int index, const Rendezvous& place,
                         torch::Device device)
    : threads_(&threads),
      index_(index),
      rank_(place.rank * threads.size() + index),
      size_(place.size * threads.size()),
      processes_(place.size) {
  if (processes_ > 1 && leads_process())
    process_group_ = std::make_shared<ProcessGroup>(place, device);
}

torch::Tensor& WorkerGroup::tensor_of(int index) const {
  return threads_->tensors[static_cast<std::size_t>(index)];
}

void WorkerGroup::all_reduce(torch::Tensor& tensor) const {
  if (size_ == 1) return;
  const torch::NoGradGuard no_grad;
  torch::Tensor& own = tensor_of(index_);
  own = tensor.view(-1);
  if (own.is_cpu() && own.numel() >= kMinSharded)
    sum_by_shards(own);
  else
    sum_whole(own);
}

/// Each thread sums the tensors of all, in the order of their ranks.
///
/// Nothing waits for a GPU. All that is done to a GPU's memory, copies to another one included, is
/// queued in that GPU's default stream, and the waits below see to the order in the queue: what
/// computes a tensor, then what reads it, then what replaces it.
void WorkerGroup::sum_whole(torch::Tensor& own) const {
  threads_->wait();
  torch::Tensor sum = torch::empty_like(own);
  sum.copy_(tensor_of(0), /*non_blocking=*/true);
  for (int index = 1; index < threads_->size(); ++index)
    sum.add_(tensor_of(index).to(own.device(), /*non_blocking=*/true));
  threads_->wait();
  own.copy_(sum);
  if (processes_ == 1) return;
  sum_over_processes();
  if (!leads_process()) own.copy_(tensor_of(0), /*non_blocking=*/true);
  threads_->wait();
}

/// Reduce-scatter, then all-gather: each thread sums its shard of all tensors and hands it to all.
void WorkerGroup::sum_by_shards(torch::Tensor& own) const {
  threads_->wait();
  const Shard shard = shard_of(own.numel(), index_, threads_->size());
  const auto shard_in = [&](int index) {
    return tensor_of(index).narrow(0, shard.first, shard.count());
  };
  const torch::Tensor sum = shard_in(0);
  for (int index = 1; index < threads_->size(); ++index) sum.add_(shard_in(index));
  if (processes_ > 1) sum_over_processes();
  for (int index = 1; index < threads_->size(); ++index) shard_in(index).copy_(sum);
  threads_->wait();
}

/// Sums the tensors of the processes' first threads.
void WorkerGroup::sum_over_processes() const {
  threads_->wait();
  if (leads_process()) process_group_->all_reduce(tensor_of(0));
  threads_->wait();
}

void WorkerGroup::broadcast(std::string& bytes) const {
  if (size_ == 1) return;
  if (leads_process()) {
    if (processes_ > 1) process_group_->broadcast(bytes);
    threads_->bytes = bytes;
  }
  threads_->wait();
  if (!leads_process()) bytes = threads_->bytes;
  threads_->wait();
}

void WorkerGroup::close() const {
  if (process_group_) process_group_->close();
}

}  // namespace numeral
