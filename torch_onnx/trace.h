#pragma once

#include <torch/csrc/jit/ir/ir.h>
#include <torch/torch.h>

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "core/error.h"

namespace numeral {

/// What a network computes, recorded while it ran on a sample.
struct Trace {
  /// One node for each call of an ATen operation. Its one input is the sample, its one output
  /// the result. The scope of a node is the module that it came from. An operation in place
  /// (`aten::relu_`) stands as the other (`aten::relu`) where nothing else uses what it
  /// changes.
  std::shared_ptr<torch::jit::Graph> graph;

  std::map<std::string, torch::Tensor> weights;     ///< parameters and buffers by name
  std::map<std::string, std::string> module_types;  ///< "body.conv1" -> "torch::nn::Conv2d"
};

/// Runs `network` on `sample` in evaluation mode and records its operations, the weights being
/// constants. Which modules are being trained and which parameters need a gradient is the same
/// afterwards as before; meanwhile nobody else may use the network.
/// Fails where the network does, or where it gives anything but one tensor.
Result<Trace> trace_network(torch::nn::Sequential network, const torch::Tensor& sample);

/// While one of these lives, operations are recorded as coming from a child of the module that
/// they came from before. The children of the traced Sequential have theirs; a module that calls
/// others in its forward function may say which, for the sake of the names in the exported model:
///
///   { ModuleScope scope("act2"); x = act2->forward(x); }
///
/// Does nothing where no network is being traced.
class ModuleScope {
 public:
  explicit ModuleScope(const std::string& child);

 private:
  std::optional<torch::jit::WithCurrentScope> scope_;
};

}  // namespace numeral
