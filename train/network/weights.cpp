#include "train/network/weights.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <stdexcept>

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

void check_layout(const Weights& expected, const Weights& found) {
  for (std::size_t i = 0; i < std::max(expected.names.size(), found.names.size()); ++i) {
    if (i >= found.names.size())
      throw std::runtime_error("expected weights for " + expected.names[i] + ", found none");
    if (i >= expected.names.size() || expected.names[i] != found.names[i])
      throw std::runtime_error(
          "expected " + (i < expected.names.size() ? expected.names[i] : "no further weights") +
          ", found " + found.names[i]);
    const torch::Tensor &own = expected.tensors[i], &other = found.tensors[i];
    if (own.sizes() != other.sizes())
      throw std::runtime_error(fmt::format("{}: expected the shape {}, found {}", expected.names[i],
                                           shape_of(own), shape_of(other)));
    if (own.scalar_type() != other.scalar_type())
      throw std::runtime_error(fmt::format("{}: expected {}, found {}", expected.names[i],
                                           torch::toString(own.scalar_type()),
                                           torch::toString(other.scalar_type())));
  }
}

void set_weights(torch::nn::Module& network, const Weights& weights) {
  Weights own = weights_of(network);
  check_layout(own, weights);
  copy_values(weights, own);
}

bool all_finite(const std::vector<torch::Tensor>& tensors) {
  return std::ranges::all_of(
      tensors, [](const torch::Tensor& tensor) { return tensor.isfinite().all().item<bool>(); });
}

}  // namespace numeral
