#pragma once

#include <torch/csrc/jit/ir/ir.h>
#include <torch/torch.h>

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "graph.h"
#include "trace.h"

namespace torch_onnx {

using Integers = std::vector<std::int64_t>;

/// The state of a conversion from a trace to an ONNX graph.
struct Conversion {
  const Trace& trace;
  OnnxGraph& graph;
  std::int64_t batch_size;  ///< of the sample; no constant of the model may depend on it
  std::unordered_map<const torch::jit::Value*, std::string> names = {};  ///< in the ONNX graph
};

/// The sizes of a traced tensor. Throws ExportError if they are unknown.
Integers sizes_of(const torch::jit::Value* value);

/// One traced call of an ATen operation, as a converter sees it. Arguments are counted from 0, in
/// the order of the operation's schema in libtorch's native_functions.yaml. What a converter cannot
/// express in ONNX is an ExportError ("expected ..."); `convert_trace` adds `description()` to it.
class Operation {
 public:
  Operation(Conversion& conversion, torch::jit::Node& node)
      : conversion_(conversion), node_(node) {}

  torch::jit::Node& node() const { return node_; }
  std::string name() const { return node_.kind().toQualString(); }  ///< "aten::relu"

  /// For error messages: `aten::gelu in module "act2" (torch::nn::GELU)`.
  std::string description() const;

  std::size_t argument_count() const { return node_.inputs().size(); }
  bool is_none(std::size_t index) const;

  /// An argument that must be constant; throws otherwise.
  c10::IValue argument(std::size_t index) const;
  double number(std::size_t index) const;
  torch::Tensor weight(std::size_t index) const;  ///< undefined if the argument is None

  /// A list of `count` integers. As in libtorch, a single integer stands for all of them.
  Integers integers(std::size_t index, std::size_t count) const;

  /// The sizes of a tensor argument and of the result.
  Integers sizes(std::size_t index) const { return sizes_of(node_.input(index)); }
  Integers output_sizes() const { return sizes_of(node_.output(0)); }

  /// The name in the ONNX graph of a tensor or number argument. Constants are added to the graph.
  std::string input(std::size_t index) const;

  /// Adds a constant to the ONNX graph and returns its name there.
  std::string add_initializer(const torch::Tensor& value, const std::string& role) const {
    return add_initializer(initializer_name(value, role), value);
  }
  std::string add_initializer(const std::string& name, const torch::Tensor& value) const {
    return conversion_.graph.add_initializer(name, value);
  }

  /// The name of the network's parameter that `value` is; for other constants "MODULE.role".
  std::string initializer_name(const torch::Tensor& value, const std::string& role) const;

  /// Adds the ONNX node that computes this operation's result. Where later operations are fused
  /// into it, `last_fused` is the one whose result the node computes.
  void emit(const std::string& type, const std::vector<std::string>& inputs,
            const OnnxAttributes& attributes = {}, torch::jit::Node* last_fused = nullptr) const;

  /// Adds no node: the result is argument 0.
  void emit_nothing() const { conversion_.names[node_.output(0)] = input(0); }

  /// Another operation of the same trace.
  Operation other(torch::jit::Node& node) const { return {conversion_, node}; }

 private:
  std::optional<double> fill_value(std::size_t index) const;
  std::string parameter_name(const torch::Tensor& value) const;
  std::string module() const;

  Conversion& conversion_;
  torch::jit::Node& node_;
};

}  // namespace torch_onnx
