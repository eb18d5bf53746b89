#pragma once

#include <torch/csrc/jit/ir/ir.h>

#include <optional>
#include <string>

namespace torch_onnx {

/// Tells the exporter which child module computes what follows, so that nodes and error messages
/// carry the child's name. Lasts as long as the object. The children of a torch::nn::Sequential
/// have scopes already; a module of your own may open one in its forward function:
///
///   { ModuleScope scope("act2"); x = act2->forward(x); }
///
/// Outside of an export it does nothing.
class ModuleScope {
 public:
  explicit ModuleScope(const std::string& child);

 private:
  std::optional<torch::jit::WithCurrentScope> scope_;
};

}  // namespace torch_onnx
