#include "train/distributed/worker_group.h"

#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#ifdef USE_C10D_NCCL
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#endif

#include "train/base/shard.h"
#include "train/base/torch_error.h"

namespace numeral {
namespace {

c10::intrusive_ptr<c10d::Backend> make_gloo(const Rendezvous& place) {
  auto options = c10d::ProcessGroupGloo::Options::create(place.timeout);
  options->devices.push_back(c10d::ProcessGroupGloo::createDeviceForHostname(place.address));
  options->threads = 1;
  return c10::make_intrusive<c10d::ProcessGroupGloo>(place.store, place.node, place.nodes, options);
}

/// Waits until a collective operation is done.
void finish(const c10::intrusive_ptr<c10d::Work>& work) {
  try {
    work->wait();
  } catch (const std::exception& error) {
    throw WorkerLost(std::string("another worker is lost: ") + without_backtrace(error.what()));
  }
}

}  // namespace

WorkerGroup::WorkerGroup(ThreadGroup& threads, int index, const Rendezvous& place,
                         torch::Device device)
    : threads_(&threads),
      index_(index),
      rank_(place.node * threads.size() + index),
      size_(place.nodes * threads.size()),
      nodes_(place.nodes) {
  if (size_ == 1) return;
#ifdef USE_C10D_NCCL
  if (device.is_cuda()) {
    auto options = c10d::ProcessGroupNCCL::Options::create();
    options->timeout = place.timeout;
    backend_ = c10::make_intrusive<c10d::ProcessGroupNCCL>(place.store, rank_, size_, options);
    transport_ = device;
    return;
  }
#endif
  // Without NCCL, a GPU's tensors go through CPU memory.
  static_cast<void>(device);
  if (nodes_ > 1 && leads_node()) backend_ = make_gloo(place);
}

void WorkerGroup::all_reduce_over_c10d(torch::Tensor& tensor) const {
  std::vector<torch::Tensor> exchanged = {tensor};
  finish(backend_->allreduce(exchanged));
}

void WorkerGroup::all_reduce(torch::Tensor& tensor) const {
  if (size_ == 1) return;
  if (over_nccl()) {
    torch::Tensor exchanged = tensor.to(transport_);
    all_reduce_over_c10d(exchanged);
    if (tensor.device() != transport_) tensor.copy_(exchanged);
    return;
  }
  const torch::NoGradGuard no_grad;
  torch::Tensor own = tensor.to(torch::kCPU).view(-1);
  threads_->tensors[static_cast<std::size_t>(index_)] = own;
  threads_->wait();
  // Reduce-scatter, then all-gather: each thread sums its shard of all tensors and hands it to all.
  const Shard shard = shard_of(own.numel(), index_, threads_->size());
  const auto shard_in = [&](int index) {
    return threads_->tensors[static_cast<std::size_t>(index)].narrow(0, shard.first, shard.count());
  };
  const torch::Tensor sum = shard_in(0);
  for (int index = 1; index < threads_->size(); ++index) sum.add_(shard_in(index));
  if (nodes_ > 1) {
    threads_->wait();
    if (leads_node()) all_reduce_over_c10d(own);
    threads_->wait();
  }
  for (int index = 1; index < threads_->size(); ++index) shard_in(index).copy_(sum);
  threads_->wait();
  if (!tensor.is_cpu()) tensor.copy_(own.view_as(tensor));
}

void WorkerGroup::broadcast_over_c10d(std::string& bytes) const {
  std::vector<torch::Tensor> length = {
      torch::tensor(static_cast<std::int64_t>(bytes.size())).to(transport_)};
  finish(backend_->broadcast(length));
  bytes.resize(static_cast<std::size_t>(length[0].item<std::int64_t>()));
  const torch::Tensor content =
      torch::from_blob(bytes.data(), {static_cast<std::int64_t>(bytes.size())}, torch::kUInt8);
  std::vector<torch::Tensor> exchanged = {content.to(transport_)};
  finish(backend_->broadcast(exchanged));
  if (transport_ != torch::kCPU) content.copy_(exchanged[0]);
}

void WorkerGroup::broadcast(std::string& bytes) const {
  if (size_ == 1) return;
  if (over_nccl()) return broadcast_over_c10d(bytes);
  if (leads_node()) {
    if (nodes_ > 1) broadcast_over_c10d(bytes);
    threads_->bytes = bytes;
  }
  threads_->wait();
  if (!leads_node()) bytes = threads_->bytes;
  threads_->wait();
}

}  // namespace numeral
