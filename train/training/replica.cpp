#include "train/training/replica.h"

#include "train/network/mixed_precision.h"
#include "train/network/moving_average.h"
#include "train/network/network.h"

namespace numeral {
namespace {

namespace nn = torch::nn;

/// The loss is scaled as a sum over the batch: with a larger start, more than a few first steps
/// would overflow.
constexpr float kMaxLossScale = 1024;

/// Doubles the scale in about 2000 steps.
constexpr double kLossScaleGrowth = 1.00035;

enum SumIndex : std::int64_t { kLoss, kCorrect, kCount, kStop, kSums };

nn::Sequential prepared(nn::Sequential network, torch::Device device) {
  network->to(device);
  to_channels_last(network);
  return network;
}

torch::optim::AdamWOptions optimizer_options(const StepSettings& settings) {
  return torch::optim::AdamWOptions(0).weight_decay(settings.weight_decay);
}

std::int64_t values_of(const std::vector<torch::Tensor>& tensors) {
  std::int64_t count = 0;
  for (const torch::Tensor& tensor : tensors) count += tensor.numel();
  return count;
}

void set_learning_rate(torch::optim::Optimizer& optimizer, double rate) {
  for (auto& group : optimizer.param_groups()) group.options().set_lr(rate);
}

}  // namespace

Replica::Replica(nn::Sequential network, torch::Device device, const StepSettings& settings)
    : network_(prepared(std::move(network), device)),
      device_(device),
      settings_(settings),
      optimizer_(network_->parameters(), optimizer_options(settings)),
      weights_(weights_of(*network_)),
      type_(settings.type) {
  if (settings.ema_decay > 0) average_ = copy_of(weights_);
  totals_ = torch::zeros({kSums}, torch::dtype(torch::kFloat64).device(device));
  if (type_ == torch::kFloat16) loss_scale_ = torch::full({}, kMaxLossScale, device);
  lay_out_exchange();
}

/// Allocates the tensor that a step reduces, and makes the gradients views into it.
void Replica::lay_out_exchange() {
  const std::int64_t gradients = values_of(network_->parameters());
  const std::int64_t statistics = values_of(network_->buffers());
  exchange_ = torch::zeros({gradients + statistics + kSums}, device_);
  gradients_ = exchange_.narrow(0, 0, gradients);
  statistics_ = exchange_.narrow(0, gradients, statistics);
  sums_ = exchange_.narrow(0, gradients + statistics, kSums);
  std::int64_t offset = 0;
  for (torch::Tensor& parameter : network_->parameters()) {
    parameter.mutable_grad() = exchange_.as_strided(parameter.sizes(), parameter.strides(), offset);
    offset += parameter.numel();
  }
}

void Replica::pack_statistics(double count) {
  std::int64_t offset = 0;
  for (const torch::Tensor& buffer : network_->buffers()) {
    statistics_.narrow(0, offset, buffer.numel()).copy_(buffer.reshape(-1)).mul_(count);
    offset += buffer.numel();
  }
}

void Replica::unpack_statistics(const torch::Tensor& count) {
  statistics_.div_(count);
  std::int64_t offset = 0;
  for (torch::Tensor& buffer : network_->buffers()) {
    const torch::Tensor mean = statistics_.narrow(0, offset, buffer.numel()).view(buffer.sizes());
    buffer.copy_(buffer.is_floating_point() ? mean : mean.round());
    offset += buffer.numel();
  }
}

void Replica::compute_gradients(const Examples& shard, const Loss& loss, const WorkerGroup& group,
                                bool stop) {
  const auto count = static_cast<double>(shard.count());
  exchange_.zero_();
  if (shard.count() > 0) {
    const torch::Tensor images = shard.images.to(device_, /*non_blocking=*/true);
    const torch::Tensor labels = shard.labels.to(device_, /*non_blocking=*/true);
    torch::Tensor logits, sum;
    {
      const MixedPrecision mixed(device_, type_);
      logits = network_->forward(images);
      sum = loss(logits, labels).to(torch::kFloat32) * count;
    }
    (loss_scale_.defined() ? sum * loss_scale_ : sum).backward();
    sums_[kLoss] = sum.detach();
    sums_[kCorrect] = logits.detach().argmax(1).eq(labels).sum();
  }
  sums_[kCount] = count;
  sums_[kStop] = stop ? 1.0 : 0.0;

  const torch::NoGradGuard no_grad;
  if (group.size() > 1) {
    pack_statistics(count);
    group.all_reduce(exchange_);
    unpack_statistics(sums_[kCount]);
  }
  divide_gradients();
  totals_ += sums_;
}

/// Turns sums over the batch into means. With float16 also scales the loss dynamically: where the
/// gradients overflowed, they become 0 and the scale is halved; otherwise the scale slowly rises.
/// This stays on the device, and is the same on all, as the sums are.
void Replica::divide_gradients() {
  if (!loss_scale_.defined()) {
    gradients_.div_(sums_[kCount]);
    return;
  }
  gradients_.div_(sums_[kCount] * loss_scale_);
  const torch::Tensor fine = gradients_.isfinite().all();
  gradients_.copy_(torch::where(fine, gradients_, torch::zeros_like(gradients_)));
  loss_scale_.copy_(
      torch::where(fine, loss_scale_ * kLossScaleGrowth, loss_scale_ / 2).clamp_max(kMaxLossScale));
}

void Replica::step(const Examples& shard, const Loss& loss, double learning_rate,
                   const WorkerGroup& group, bool stop) {
  compute_gradients(shard, loss, group, stop);
  set_learning_rate(optimizer_, learning_rate);
  optimizer_.step();
  if (!average_.empty()) update_ema(average_, weights_, settings_.ema_decay, steps_);
  ++steps_;
}

Sums Replica::totals() const {
  const torch::Tensor sums = totals_.cpu();
  const auto* values = sums.data_ptr<double>();
  return {values[kLoss], values[kCorrect], values[kCount], values[kStop]};
}

void Replica::set_totals(const Sums& totals) {
  totals_.copy_(
      torch::tensor({totals.loss, totals.correct, totals.count, totals.stop}, torch::kFloat64));
}

Replica::State Replica::state() const {
  State state;
  state.weights = copy_of(weights_);
  state.averaged = copy_of(average_);
  state.steps = steps_;
  for (const torch::Tensor& parameter : network_->parameters()) {
    const auto found = optimizer_.state().find(parameter.unsafeGetTensorImpl());
    if (found == optimizer_.state().end()) continue;  // before the first step
    const auto& moments = static_cast<const torch::optim::AdamWParamState&>(*found->second);
    state.first_moments.push_back(moments.exp_avg().cpu().clone());
    state.second_moments.push_back(moments.exp_avg_sq().cpu().clone());
  }
  return state;
}

void Replica::set_state(const State& state) {
  set_weights(*network_, state.weights);
  if (!average_.empty()) copy_values(state.averaged, average_);
  steps_ = state.steps;
  const std::vector<torch::Tensor> parameters = network_->parameters();
  for (std::size_t i = 0; i < state.first_moments.size(); ++i) {
    auto moments = std::make_unique<torch::optim::AdamWParamState>();
    moments->step(state.steps);
    // With the parameter's memory layout, as the optimizer itself allocates them.
    moments->exp_avg(torch::empty_like(parameters[i].detach()).copy_(state.first_moments[i]));
    moments->exp_avg_sq(torch::empty_like(parameters[i].detach()).copy_(state.second_moments[i]));
    optimizer_.state()[parameters[i].unsafeGetTensorImpl()] = std::move(moments);
  }
}

}  // namespace numeral
