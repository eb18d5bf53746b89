#include "weights.h"

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

Result<void> set_weights(torch::nn::Module& network, const Weights& weights) {
  Weights own = weights_of(network);
  for (std::size_t i = 0; i < std::max(own.names.size(), weights.names.size()); ++i) {
    if (i >= weights.names.size())
      return fail("expected weights for " + own.names[i] + ", found none");
    if (i >= own.names.size() || own.names[i] != weights.names[i])
      return fail("expected " + (i < own.names.size() ? own.names[i] : "no further weights") +
                  ", found " + weights.names[i]);
    if (own.tensors[i].sizes() != weights.tensors[i].sizes())
      return fail(own.names[i] + ": expected the shape " + shape_of(own.tensors[i]) + ", found " +
                  shape_of(weights.tensors[i]));
  }
  copy_values(weights, own);
  return {};
}

bool all_finite(const Weights& weights) {
  return std::ranges::all_of(weights.tensors, [](const torch::Tensor& tensor) {
    return tensor.isfinite().all().item<bool>();
  });
}

void update_average(Weights& average, const Weights& weights, double decay, std::int64_t step) {
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
