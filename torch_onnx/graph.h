#pragma once

#include <onnx/onnx_pb.h>
#include <torch/torch.h>

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace numeral {

/// The value of a node's attribute.
using OnnxAttribute = std::variant<std::int64_t, float, std::vector<std::int64_t>>;
using OnnxAttributes = std::vector<std::pair<std::string, OnnxAttribute>>;

/// Sizes of a tensor whose first dimension is the batch, which is left free.
using BatchShape = at::IntArrayRef;

/// Builds an ONNX graph with one input and one output, node by node. Values go by their names;
/// an empty name stands for an input that a node does without.
class OnnxGraph {
 public:
  OnnxGraph(std::string input_name, std::string output_name);

  /// Describes the graph's input and returns its name.
  std::string set_input(BatchShape sample);

  /// Makes the value `name` the graph's output, under the name that the output has.
  void set_output(std::string name, BatchShape sample);

  /// Adds a node; returns the name of what it computes. Node and value are named MODULE/TYPE.
  std::string add_node(const std::string& module, const std::string& type,
                       const std::vector<std::string>& inputs, const OnnxAttributes& attributes);

  /// Adds a constant (as float32) and returns its name, which is the one given unless another
  /// constant has that already. The same constant is added only once.
  std::string add_initializer(const std::string& name, const torch::Tensor& value);

  const onnx::GraphProto& proto() const { return graph_; }

 private:
  std::string unique_name(const std::string& name);

  std::string input_name_;
  std::string output_name_;
  std::set<std::string> taken_;
  onnx::GraphProto graph_;
};

}  // namespace numeral
