#pragma once

#include <torch/csrc/jit/ir/ir.h>
#include <torch/torch.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "graph.h"
#include "trace.h"

namespace torch_onnx {

using Integers = std::vector<std::int64_t>;
using Names = std::vector<std::string>;

/// The state of a conversion from a trace to an ONNX graph.
struct Conversion {
  const Trace& trace;
  OnnxGraph& graph;
  int opset;
  std::unordered_map<const torch::jit::Value*, std::string> names = {};  ///< in the ONNX graph
  std::vector<const torch::jit::Value*> tensors = {};  ///< what has a name, in order
  /// Results of operations on constants alone.
  std::unordered_map<const torch::jit::Value*, c10::IValue> constants = {};
  std::map<std::string, std::string> shapes = {};  ///< the names of values' shapes
  std::map<Extent, std::string> extents = {};      ///< the names of computed sizes

  void set_name(const torch::jit::Value* value, const std::string& name) {
    if (names.emplace(value, name).second) tensors.push_back(value);
  }
};

/// The sizes of a traced tensor. Throws ExportError if they are unknown.
Integers sizes_of(const torch::jit::Value* value);

/// The same, each in all traces.
std::vector<Extent> extents_of(const Trace& trace, const torch::jit::Value* value);

/// The type of a traced tensor.
torch::ScalarType type_of(const torch::jit::Value* value);

/// The value of an argument that is not computed and the same in all traces: a number, a list,
/// a constant tensor.
std::optional<c10::IValue> constant_of(const Conversion& conversion,
                                       const torch::jit::Value* value);

/// One traced call of an ATen operation, as a converter sees it. Arguments are counted from 0, in
/// the order of the operation's schema in libtorch's native_functions.yaml; `at` finds them by
/// name. What a converter cannot express in ONNX is an ExportError ("expected ...");
/// `convert_trace` adds a description of the operation to it.
class Operation {
 public:
  Operation(Conversion& conversion, torch::jit::Node& node)
      : conversion_(conversion), node_(node) {}

  torch::jit::Node& node() const { return node_; }
  std::string name() const { return node_.kind().toQualString(); }  ///< "aten::relu"
  std::string description() const { return describe(conversion_.trace, node_); }
  int opset() const { return conversion_.opset; }

  /// The index of the argument that the schema calls `name`. Throws if there is none.
  std::size_t at(const std::string& name) const;
  bool has(const std::string& name) const;  ///< an argument of that name which is not None

  std::size_t argument_count() const { return node_.inputs().size(); }
  bool is_none(std::size_t index) const;
  bool is_constant(std::size_t index) const;
  bool is_tensor(std::size_t index) const;

  /// An argument that must be constant; throws otherwise.
  c10::IValue argument(std::size_t index) const;
  double number(std::size_t index) const;
  std::int64_t integer(std::size_t index) const { return argument(index).toInt(); }
  bool flag(std::size_t index) const { return argument(index).toBool(); }
  torch::Tensor weight(std::size_t index) const;  ///< undefined if the argument is None

  /// A list of `count` integers. As in libtorch, a single integer stands for all of them.
  Integers integers(std::size_t index, std::size_t count) const;

  /// A dimension of argument `of`: negative numbers count from its end.
  std::int64_t dimension(std::size_t index, std::size_t of = 0) const;

  /// The dimensions in a list or a number; all of argument 0 where there are none.
  Integers dimensions(std::size_t index) const;

  /// Integers that may depend on the dynamic axes: the elements of a list, or a single number.
  std::vector<Extent> extents(std::size_t index) const;

  /// The sizes and types of a tensor argument and of the result.
  Integers sizes(std::size_t index) const { return sizes_of(node_.input(index)); }
  std::int64_t rank(std::size_t index = 0) const { return std::ssize(sizes(index)); }
  Integers output_sizes() const { return sizes_of(node_.output(0)); }
  std::vector<Extent> input_extents(std::size_t index) const {
    return extents_of(conversion_.trace, node_.input(index));
  }
  std::vector<Extent> output_extents(std::size_t index = 0) const {
    return extents_of(conversion_.trace, node_.output(index));
  }
  torch::ScalarType type(std::size_t index) const { return type_of(node_.input(index)); }
  torch::ScalarType output_type() const { return type_of(node_.output(0)); }

  /// The name in the ONNX graph of a tensor or number argument, as `type` (default: the result's
  /// for a number, its own for a tensor). Constants are added to the graph.
  std::string input(std::size_t index, std::optional<torch::ScalarType> type = {}) const;

  /// The names of a list of tensors.
  Names inputs(std::size_t index) const;

  /// The name of an int64 tensor [n] of sizes.
  std::string size_input(const std::vector<Extent>& extents) const;

  /// Constants of the ONNX graph.
  std::string constant(const Integers& values) const;
  std::string scalar(double value, torch::ScalarType type = torch::kFloat32) const;

  /// Adds a constant to the ONNX graph and returns its name there.
  std::string add_initializer(const torch::Tensor& value, const std::string& role) const {
    return add_initializer(initializer_name(value, role), value);
  }
  std::string add_initializer(const std::string& name, const torch::Tensor& value) const {
    return conversion_.graph.add_initializer(name, value);
  }

  /// The name of the network's parameter that `value` is; for other constants "MODULE.role".
  std::string initializer_name(const torch::Tensor& value, const std::string& role) const;

  /// Adds an ONNX node and returns the name of its result.
  std::string add(const std::string& type, const Names& inputs,
                  const OnnxAttributes& attributes = {}) const {
    return add_node(type, inputs, attributes, 1).front();
  }
  Names add_node(const std::string& type, const Names& inputs, const OnnxAttributes& attributes,
                 std::size_t results) const;
  std::string add_cast(const std::string& value, torch::ScalarType type) const;

  /// Says which value of the ONNX graph this operation's result is. Where later operations are
  /// fused into it, `last_fused` is the one whose result it is.
  void set_result(const std::string& name, torch::jit::Node* last_fused = nullptr) const {
    conversion_.set_name((last_fused == nullptr ? node_ : *last_fused).output(0), name);
  }

  /// The names of all results, or of those that the list which is the result is unpacked to.
  void set_results(const Names& names) const;
  std::size_t result_count() const;  ///< of the list

  /// Adds the ONNX node that computes this operation's result.
  void emit(const std::string& type, const Names& inputs, const OnnxAttributes& attributes = {},
            torch::jit::Node* last_fused = nullptr) const {
    set_result(add(type, inputs, attributes), last_fused);
  }

  /// Makes the result of the value `name`, which has the same elements in the same order.
  void emit_reshaped(const std::string& name, const std::vector<Extent>& extents) const;

  /// Adds no node: the result is argument 0.
  void emit_nothing() const { set_result(input(0)); }

  /// Another operation of the same trace.
  Operation other(torch::jit::Node& node) const { return {conversion_, node}; }

 private:
  std::optional<double> fill_value(std::size_t index) const;
  std::string module() const { return module_path(conversion_.trace, node_); }
  std::string size_of(const Extent& extent) const;
  std::string compute_size(const Extent& extent) const;
  std::string dimension_of(const torch::jit::Value* value, std::size_t axis) const;

  Conversion& conversion_;
  torch::jit::Node& node_;
};

}  // namespace torch_onnx
