#pragma once

#include <torch/torch.h>

#include <vector>

namespace numeral {

/// The weights of a network in one tensor, with zeros between them, so that an operation on all of
/// them is one kernel: on a GPU, starting a kernel takes longer than computing it for a network as
/// small as ours.
struct FlatWeights {
  torch::Tensor values;      ///< float32: the parameters, then the floating-point buffers
  torch::Tensor parameters;  ///< the first part of `values`
  torch::Tensor statistics;  ///< the rest: batch norm's running mean and variance
};

/// Moves the values of a network into one tensor on the same device. Parameters and floating-point
/// buffers become views of it. The weights of convolutions are stored channels-last; libtorch then
/// computes in that layout throughout, which is faster on CPUs and on tensor cores.
FlatWeights flatten_weights(torch::nn::Module& network);

/// Views of `flat` with the shapes and strides of `tensors`, where `flatten_weights` has them: the
/// tensors are its parameters, or its buffers, or all.
std::vector<torch::Tensor> views_like(const std::vector<torch::Tensor>& tensors,
                                      const torch::Tensor& flat);

}  // namespace numeral
