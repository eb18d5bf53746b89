#include "train/network/weights.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace numeral {
namespace {

std::string shape_of(const torch::Tensor& tensor) {
  return fmt::format("[{}]", fmt::join(tensor.sizes(), ", "));
}

}  // namespace

Weights weights_of(const torch::nn::Module& network) {
  Weights weights;
  for (const auto& entries : {network.named_parameters(), network.named_buffers()})
    for (const auto& entry : entries) {
      weights.names.push_back(entry.key());
      weights.tensors.push_back(entry.value().detach());
    }
  return weights;
}

Weights copy_of(const Weights& weights) {
  Weights copy{weights.names, {}};
  for (const torch::Tensor& tensor : weights.tensors)
    copy.tensors.push_back(tensor.detach().clone());
  return copy;
}

void copy_values(const Weights& from, Weights& to) {
  const torch::NoGradGuard no_grad;
  for (std::size_t i = 0; i < to.tensors.size(); ++i) to.tensors[i].copy_(from.tensors[i]);
}

Result<void> check_layout(const Weights& expected, const Weights& found) {
  for (std::size_t i = 0; i < std::max(expected.names.size(), found.names.size()); ++i) {
    if (i >= found.names.size())
      return fail("expected weights for " + expected.names[i] + ", found none");
    if (i >= expected.names.size() || expected.names[i] != found.names[i])
      return fail("expected " +
                  (i < expected.names.size() ? expected.names[i] : "no further weights") +
                  ", found " + found.names[i]);
    const torch::Tensor &own = expected.tensors[i], &other = found.tensors[i];
    if (own.sizes() != other.sizes())
      return fail(fmt::format("{}: expected the shape {}, found {}", expected.names[i],
                              shape_of(own), shape_of(other)));
    if (own.scalar_type() != other.scalar_type())
      return fail(fmt::format("{}: expected {}, found {}", expected.names[i],
                              torch::toString(own.scalar_type()),
                              torch::toString(other.scalar_type())));
  }
  return {};
}

Result<void> set_weights(torch::nn::Module& network, const Weights& weights) {
  Weights own = weights_of(network);
  if (auto same = check_layout(own, weights); !same) return same;
  copy_values(weights, own);
  return {};
}

bool all_finite(const std::vector<torch::Tensor>& tensors) {
  return std::ranges::all_of(
      tensors, [](const torch::Tensor& tensor) { return tensor.isfinite().all().item<bool>(); });
}

void update_ema(Weights& average, const Weights& weights, double decay, std::int64_t step) {
  const torch::NoGradGuard no_grad;
  const double share = 1 - decay_at(decay, step);
  for (std::size_t i = 0; i < weights.tensors.size(); ++i) {
    if (weights.tensors[i].is_floating_point())
      average.tensors[i].lerp_(weights.tensors[i], share);
    else
      average.tensors[i].copy_(weights.tensors[i]);
  }
}

double decay_at(double decay, std::int64_t step) {
  return std::min(decay, double(1 + step) / double(10 + step));
}

}  // namespace numeral
