#include "train/distributed/process_group.h"

#include <exception>
#include <stdexcept>
#include <thread>

#include "train/base/torch_error.h"
#include "train/distributed/gloo_backend.h"
#include "train/distributed/nccl_backend.h"
#include "train/distributed/worker_lost.h"

namespace numeral {
namespace {

/// Waits until an operation of NCCL is done. libtorch's own wait only queues one for the GPU, which
/// then waits for ever where a process is gone.
void wait_for_gpu(c10d::Work& work, std::chrono::milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  while (!work.isCompleted()) {
    if (std::chrono::steady_clock::now() > deadline) throw std::runtime_error("timed out");
    std::this_thread::sleep_for(std::chrono::microseconds(20));
  }
  if (const std::exception_ptr error = work.exception()) std::rethrow_exception(error);
  work.synchronize();
}

}  // namespace

ProcessGroup::ProcessGroup(const Rendezvous& place, torch::Device device)
    : timeout_(place.timeout) {
  if (device.is_cuda()) backend_ = make_nccl(place);
  if (backend_) {
    transport_ = device;
    return;
  }
  // Without NCCL, a GPU's tensors go through CPU memory.
  try {
    backend_ = make_gloo(place);
  } catch (const std::exception& error) {
    throw WorkerLost("the processes do not meet: " + without_backtrace(error.what()));
  }
  if (!backend_)
    throw std::runtime_error(
        "this program was built without Gloo and NCCL, so it cannot train in several processes");
}

/// Starts an operation and waits until it is done.
void ProcessGroup::complete(const Start& start) const {
  try {
    const c10::intrusive_ptr<c10d::Work> work = start();
    if (over_nccl())
      wait_for_gpu(*work, timeout_);
    else
      work->wait();
  } catch (const std::exception& error) {
    throw WorkerLost(
        "another process is lost, and the run can be resumed from its last checkpoint: " +
        without_backtrace(error.what()));
  }
}

void ProcessGroup::all_reduce(torch::Tensor& tensor) const {
  std::vector<torch::Tensor> exchanged = {tensor.to(transport_)};
  complete([&] { return backend_->allreduce(exchanged); });
  if (!exchanged[0].is_same(tensor)) tensor.copy_(exchanged[0]);
}

void ProcessGroup::broadcast(std::string& bytes) const {
  std::vector<torch::Tensor> length = {
      torch::tensor(static_cast<std::int64_t>(bytes.size())).to(transport_)};
  complete([&] { return backend_->broadcast(length); });
  bytes.resize(static_cast<std::size_t>(length[0].item<std::int64_t>()));
  const torch::Tensor content =
      torch::from_blob(bytes.data(), {static_cast<std::int64_t>(bytes.size())}, torch::kUInt8);
  std::vector<torch::Tensor> exchanged = {content.to(transport_)};
  complete([&] { return backend_->broadcast(exchanged); });
  if (!exchanged[0].is_same(content)) content.copy_(exchanged[0]);
}

void ProcessGroup::close() const {
  torch::Tensor nothing = torch::zeros({1});
  all_reduce(nothing);
  if (over_nccl()) shut_down_nccl(*backend_);
}

}  // namespace numeral
