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

nn::Sequential moved(nn::Sequential network, torch::Device device) {
  network->to(device);
  return network;
}

/// `weights` by name, but with their floating-point values in `flat`.
Weights named_views(const Weights& weights, const torch::Tensor& flat) {
  std::vector<torch::Tensor> floating;
  for (const torch::Tensor& tensor : weights.tensors)
    if (tensor.is_floating_point()) floating.push_back(tensor);
  floating = views_like(floating, flat);
  Weights views = weights;
  auto next = floating.begin();
  for (torch::Tensor& tensor : views.tensors)
    if (tensor.is_floating_point()) tensor = *next++;
  return views;
}

std::vector<torch::Tensor> copies(std::vector<torch::Tensor> tensors) {
  for (torch::Tensor& tensor : tensors) tensor = tensor.detach().cpu().clone();
  return tensors;
}

void copy_values(const std::vector<torch::Tensor>& from, std::vector<torch::Tensor> to) {
  const torch::NoGradGuard no_grad;
  for (std::size_t i = 0; i < to.size(); ++i) to[i].copy_(from[i]);
}

}  // namespace

Replica::Replica(nn::Sequential network, torch::Device device, const StepSettings& settings)
    : network_(moved(std::move(network), device)),
      device_(device),
      settings_(settings),
      flat_(flatten_weights(*network_)),
      weights_(weights_of(*network_)),
      optimizer_(make_adamw(flat_.parameters)) {
  // So that a run gives the same bits again.
  at::globalContext().setDeterministicCuDNN(true);
  if (settings.ema_decay > 0) {
    average_ = flat_.values.clone();
    averaged_ = named_views(weights_, average_);
  }
  totals_ = torch::zeros({kSums}, torch::dtype(torch::kFloat64).device(device));
  if (settings.type == torch::kFloat16) loss_scale_ = torch::full({}, kMaxLossScale, device);
  lay_out_exchange();
}

/// Allocates the tensor that a step reduces, and makes the gradients views of it.
void Replica::lay_out_exchange() {
  const std::int64_t gradients = flat_.parameters.numel(), statistics = flat_.statistics.numel();
  exchange_ = torch::zeros({gradients + statistics + kSums}, device_);
  gradients_ = exchange_.narrow(0, 0, gradients);
  statistics_ = exchange_.narrow(0, gradients, statistics);
  sums_ = exchange_.narrow(0, gradients + statistics, kSums);
  const std::vector<torch::Tensor> parameters = network_->parameters();
  const std::vector<torch::Tensor> views = views_like(parameters, gradients_);
  for (std::size_t i = 0; i < parameters.size(); ++i) parameters[i].mutable_grad() = views[i];
}

/// Adds the gradients of a part of a shard to what is exchanged.
void Replica::accumulate_gradients(const Examples& part, const Loss& loss) {
  const torch::Tensor images = part.images.to(device_, /*non_blocking=*/true);
  const torch::Tensor labels = part.labels.to(device_, /*non_blocking=*/true);
  torch::Tensor logits;
  {
    const MixedPrecision mixed(device_, settings_.type);
    logits = network_->forward(images).to(torch::kFloat32);
  }
  const torch::Tensor sum = loss(logits, labels) * static_cast<double>(part.count());
  (loss_scale_.defined() ? sum * loss_scale_ : sum).backward();
  const torch::NoGradGuard no_grad;
  sums_[kLoss] += sum.detach();
  sums_[kCorrect] += logits.detach().argmax(1).eq(labels).sum();
}

void Replica::compute_gradients(const Examples& shard, const Loss& loss, const WorkerGroup& group,
                                bool stop) {
  const auto count = static_cast<double>(shard.count());
  exchange_.zero_();
  if (shard.count() > 0) {
    for (std::int64_t i = 0; i < settings_.accumulate; ++i) {
      const std::int64_t first = shard.count() * i / settings_.accumulate;
      const std::int64_t end = shard.count() * (i + 1) / settings_.accumulate;
      if (end > first)
        accumulate_gradients({shard.images.slice(0, first, end), shard.labels.slice(0, first, end)},
                             loss);
    }
  } else {
    // As the other workers' forward pass does: batch norm's counters.
    for (torch::Tensor& buffer : network_->buffers())
      if (!buffer.is_floating_point()) buffer.add_(1);
  }
  sums_[kCount] = count;
  sums_[kStop] = stop ? 1.0 : 0.0;

  const torch::NoGradGuard no_grad;
  if (group.size() > 1) {
    statistics_.copy_(flat_.statistics).mul_(count);
    group.all_reduce(exchange_);
    flat_.statistics.copy_(statistics_).div_(sums_[kCount]);
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
  if (settings_.clip_norm > 0)
    gradients_.mul_((settings_.clip_norm / (gradients_.norm() + 1e-6)).clamp_max(1));
  adamw_step(optimizer_, flat_.parameters, gradients_, learning_rate, settings_.weight_decay);
  if (average_.defined())
    update_ema(average_, flat_.values, settings_.ema_decay, optimizer_.steps - 1);
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
  state.weights = {weights_.names, copies(weights_.tensors)};
  state.averaged = {averaged_.names, copies(averaged_.tensors)};
  state.steps = optimizer_.steps;
  if (loss_scale_.defined()) state.loss_scale = loss_scale_.item<double>();
  if (state.steps == 0) return state;
  const std::vector<torch::Tensor> parameters = network_->parameters();
  state.first_moments = copies(views_like(parameters, optimizer_.first_moments));
  state.second_moments = copies(views_like(parameters, optimizer_.second_moments));
  return state;
}

void Replica::set_state(const State& state) {
  set_weights(*network_, state.weights);
  copy_values(state.averaged.tensors, averaged_.tensors);
  optimizer_.steps = state.steps;
  if (loss_scale_.defined() && state.loss_scale > 0) loss_scale_.fill_(state.loss_scale);
  if (state.steps == 0) return;
  const std::vector<torch::Tensor> parameters = network_->parameters();
  copy_values(state.first_moments, views_like(parameters, optimizer_.first_moments));
  copy_values(state.second_moments, views_like(parameters, optimizer_.second_moments));
}

}  // namespace numeral
