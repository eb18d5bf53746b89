#include "worker_group.h"

#include "one_line.h"

#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#ifdef USE_C10D_NCCL
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#endif

namespace numeral {
namespace {

c10::intrusive_ptr<c10d::Backend> make_gloo(const MeetingPoint& place, int rank, int size) {
  auto options = c10d::ProcessGroupGloo::Options::create(place.timeout);
  options->devices.push_back(c10d::ProcessGroupGloo::createDeviceForHostname(place.address));
  options->threads = 1;
  return c10::make_intrusive<c10d::ProcessGroupGloo>(place.store, rank, size, options);
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

WorkerGroup::WorkerGroup(const MeetingPoint& meeting_point, int rank, int size,
                         torch::Device device)
    : rank_(rank), size_(size) {
  if (size == 1) return;
#ifdef USE_C10D_NCCL
  if (device.is_cuda()) {
    auto options = c10d::ProcessGroupNCCL::Options::create();
    options->timeout = meeting_point.timeout;
    backend_ =
        c10::make_intrusive<c10d::ProcessGroupNCCL>(meeting_point.store, rank, size, options);
    transport_ = device;
    return;
  }
#endif
  // Without NCCL, what lies on a GPU goes through the processor's memory.
  static_cast<void>(device);
  backend_ = make_gloo(meeting_point, rank, size);
}

void WorkerGroup::sum(torch::Tensor& tensor) const {
  if (size_ == 1) return;
  std::vector<torch::Tensor> exchanged = {tensor.to(transport_)};
  finish(backend_->allreduce(exchanged));
  if (tensor.device() != transport_) tensor.copy_(exchanged[0]);
}

void WorkerGroup::broadcast(std::string& bytes) const {
  if (size_ == 1) return;
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

}  // namespace numeral
