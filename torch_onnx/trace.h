#pragma once

#include <torch/csrc/jit/ir/ir.h>
#include <torch/torch.h>

#include <map>
#include <memory>
#include <string>

namespace torch_onnx {

/// The operations that a network calls on a sample.
struct Trace {
  /// One node for each call of an ATen operation. The graph has one input, the sample, and one
  /// output. A node's scope is the module that called it. An in-place operation (`aten::relu_`)
  /// is replaced by its other form (`aten::relu`) where no other node uses the tensor it changes.
  std::shared_ptr<torch::jit::Graph> graph;

  std::map<std::string, torch::Tensor> weights;     ///< parameters and buffers by name
  std::map<std::string, std::string> module_types;  ///< "body.conv1" -> "torch::nn::Conv2d"
};

/// Runs `network` on `sample` in evaluation mode and records its operations, with the weights as
/// constants. Each child of the network becomes a scope. Restores the training modes and
/// requires_grad. Throws ExportError if the network fails, or returns anything but one tensor.
Trace trace_network(torch::nn::Sequential network, const torch::Tensor& sample);

/// The same for a module whose children are not known to be called one after the other: the only
/// scopes are those that it opens itself (module_scope.h).
Trace trace_network(torch::nn::AnyModule module, const torch::Tensor& sample);

}  // namespace torch_onnx
