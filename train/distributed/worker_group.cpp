#include "train/distributed/worker_group.h"

#include "train/base/torch_error.h"
#include "train/base/shard.h"

#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#ifdef USE_C10D_NCCL
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#endif

namespace numeral {
namespace {

c10::intrusive_ptr<c10d::Backend> make_gloo(const Rendezvous& place) {
  auto options = c10d::ProcessGroupGloo::Options::create(place.timeout);
  options->devices.push_back(c10d::ProcessGroupGloo::createDeviceForHostname(place.address));
  options->threads = 1;
  return c10::make_intrusive<c10d::ProcessGroupGloo>(place.store, place.node, place.nodes, options);
}

/// Waits for an exchange to be done.
void finish(const c10::intrusive_ptr<c10d::Work>& exchange) {
  try {
    exchange->wait();
  } catch (const std::exception& error) {
    throw WorkerLost(std::string("another worker is lost: ") + without_backtrace(error.what()));
  }
}

}  // namespace

WorkerGroup::WorkerGroup(ThreadMeeting& threads, int index, const Rendezvous& place,
                         torch::Device device)
    : threads_(&threads),
      index_(index),
      rank_(place.node * threads.size() + index),
      size_(place.nodes * threads.size()),
      nodes_(place.nodes),
      timeout_(place.timeout) {
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
  // Without NCCL, what lies on a GPU goes through the processor's memory.
  static_cast<void>(device);
  if (nodes_ > 1 && leads_node()) backend_ = make_gloo(place);
}

void WorkerGroup::sum_over_c10d(torch::Tensor& tensor) const {
  std::vector<torch::Tensor> exchanged = {tensor};
  finish(backend_->allreduce(exchanged));
}

void WorkerGroup::sum(torch::Tensor& tensor) const {
  if (size_ == 1) return;
  if (over_nccl()) {
    torch::Tensor exchanged = tensor.to(transport_);
    sum_over_c10d(exchanged);
    if (tensor.device() != transport_) tensor.copy_(exchanged);
    return;
  }
  const torch::NoGradGuard no_grad;
  torch::Tensor own = tensor.to(torch::kCPU).view(-1);
  threads_->bring(index_, own, timeout_);
  // Each thread adds up a part of all tensors, and hands it to all.
  const Shard share = shard_of(own.numel(), index_, threads_->size());
  const auto part_of = [&](int index) {
    return threads_->brought<torch::Tensor>(index).narrow(0, share.first, share.count());
  };
  const torch::Tensor part = part_of(0);
  for (int index = 1; index < threads_->size(); ++index) part.add_(part_of(index));
  if (nodes_ > 1) {
    wait();
    if (leads_node()) sum_over_c10d(own);
    wait();
  }
  for (int index = 1; index < threads_->size(); ++index) part_of(index).copy_(part);
  wait();
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
  if (nodes_ > 1 && leads_node()) broadcast_over_c10d(bytes);
  threads_->bring(index_, leads_node() ? bytes : std::string(), timeout_);
  if (!leads_node()) bytes = threads_->brought<std::string>(0);
  wait();
}

}  // namespace numeral
