#pragma once

#include <onnx/onnx_pb.h>
#include <torch/torch.h>

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace torch_onnx {

/// The value of a node's attribute.
using OnnxAttribute = std::variant<std::int64_t, float, std::vector<std::int64_t>, std::string>;
using OnnxAttributes = std::vector<std::pair<std::string, OnnxAttribute>>;

/// A tensor's size: a number, or the name of one that may change ("N"; "" where it has no name).
using OnnxSize = std::variant<std::int64_t, std::string>;

/// ONNX's number for a type. Throws ExportError if there is no such tensor in exported models.
int onnx_type(torch::ScalarType type);

/// Builds an ONNX graph node by node. Values are referred to by name.
class OnnxGraph {
 public:
  /// No other value gets one of the `reserved` names, which are those of inputs and outputs.
  explicit OnnxGraph(const std::vector<std::string>& reserved);

  /// Declares an input of the graph.
  void add_input(const std::string& name, torch::ScalarType type,
                 const std::vector<OnnxSize>& sizes);

  /// Declares the value `value` as an output of the graph, `name`.
  void add_output(const std::string& value, const std::string& name, torch::ScalarType type,
                  const std::vector<OnnxSize>& sizes);

  /// Adds a node and returns the names of its results. Node and result are both named MODULE/TYPE,
  /// with a number where that name is taken.
  std::vector<std::string> add_node(const std::string& module, const std::string& type,
                                    const std::vector<std::string>& inputs,
                                    const OnnxAttributes& attributes, std::size_t results = 1);

  /// Adds a constant and returns its name: `name`, with a number where another constant has that
  /// name. An equal constant of the same name is added only once. float64 becomes float32.
  std::string add_initializer(const std::string& name, const torch::Tensor& value);

  /// Removes nodes and constants that no output depends on.
  void remove_unused();

  const onnx::GraphProto& proto() const { return graph_; }

 private:
  std::string unique_name(const std::string& name);

  std::set<std::string> taken_names_;
  onnx::GraphProto graph_;
};

}  // namespace torch_onnx
