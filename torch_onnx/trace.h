#pragma once

#include <torch/csrc/jit/ir/ir.h>
#include <torch/torch.h>
#include <torch_onnx/export.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace torch_onnx {

/// A size or another integer in each of the traces: with the example inputs, then with other sizes
/// of the dynamic axes.
using Extent = std::vector<std::int64_t>;

inline bool is_fixed(const Extent& extent) {
  return std::equal(extent.begin() + 1, extent.end(), extent.begin());
}

/// The operations that a network calls on example inputs.
struct Trace {
  /// One node for each call of an ATen operation. A node's scope is the module that called it. An
  /// in-place operation (`aten::relu_`) is replaced by its other form (`aten::relu`) where no other
  /// node uses the tensor it changes.
  std::shared_ptr<torch::jit::Graph> graph;

  /// The same operations with other sizes of the dynamic axes.
  std::vector<std::shared_ptr<torch::jit::Graph>> variants;

  /// For each value of `graph`, the one of each variant.
  std::unordered_map<const torch::jit::Value*, std::vector<const torch::jit::Value*>> counterparts;

  std::map<std::string, torch::Tensor> weights;     ///< parameters and buffers by name
  std::map<std::string, std::string> module_types;  ///< "body.conv1" -> "torch::nn::Conv2d"
};

/// Calls `forward` on `examples` in evaluation mode and records its operations, with the weights as
/// constants. Does so again with other values and other sizes of the dynamic axes, one entry of
/// `dynamic_axes` for each example, and compares. Restores the training modes and requires_grad.
/// Throws ExportError if `forward` fails or returns nothing, or if the traces disagree.
Trace trace_network(torch::nn::Module& module, const Forward& forward, const Tensors& examples,
                    const std::vector<DynamicAxes>& dynamic_axes);

/// Sequential::forward, with a scope for each child.
torch::Tensor forward_by_child(torch::nn::SequentialImpl& network, torch::Tensor tensor);

/// The name of the parameter or buffer whose values `tensor` has, as they are or as a view; "" if
/// there is none.
std::string find_weight(const Trace& trace, const torch::Tensor& tensor);

/// The path of the module that calls the operation. Where the operation uses the weights of
/// a module inside the innermost scope, that module.
std::string module_path(const Trace& trace, torch::jit::Node& node);

/// For error messages: `aten::gelu in module "act2" (torch::nn::GELU)`. Where the module is not
/// known, the last one before that is: `aten::gelu after module "conv2" (torch::nn::Conv2d)`.
std::string describe(const Trace& trace, torch::jit::Node& node);

}  // namespace torch_onnx
