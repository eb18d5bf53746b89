#pragma once

#include <torch/torch.h>

#include <string>
#include <vector>

namespace numeral {

/// The parameters of a network, then its buffers (batch norm's running statistics), with their
/// names. `tensors[i]` is called `names[i]`.
struct Weights {
  std::vector<std::string> names;
  std::vector<torch::Tensor> tensors;

  bool empty() const { return names.empty(); }
};

/// The weights of `network`. The tensors are the network's own: changing them changes it.
Weights weights_of(const torch::nn::Module& network);

/// A deep copy of `weights`.
Weights copy_of(const Weights& weights);

/// Copies the values of `from` into the tensors of `to`, across devices. Both must have the same
/// layout.
void copy_values(const Weights& from, Weights& to);

/// Throws std::runtime_error where names, shapes or types differ from those of `expected`; the
/// message names the first difference.
void check_layout(const Weights& expected, const Weights& found);

/// Copies the values of `weights` into `network`. Throws as `check_layout` does; the network is
/// then unchanged.
void set_weights(torch::nn::Module& network, const Weights& weights);

/// True where every value is finite.
bool all_finite(const std::vector<torch::Tensor>& tensors);

}  // namespace numeral
