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
using OnnxAttribute = std::variant<std::int64_t, float, std::vector<std::int64_t>>;
using OnnxAttributes = std::vector<std::pair<std::string, OnnxAttribute>>;

/// Builds an ONNX graph with one float32 input and one float32 output, node by node. Values are
/// referred to by name. The first of a tensor's sizes is the batch, which stays free ("N").
class OnnxGraph {
 public:
  OnnxGraph(std::string input_name, std::string output_name);

  /// Declares the graph's input and returns its name. Only sizes[1] and later are fixed.
  std::string set_input(at::IntArrayRef sizes);

  /// Declares the value `name` as the graph's output. It is renamed to the output's name.
  void set_output(std::string name, at::IntArrayRef sizes);

  /// Adds a node and returns the name of its result. Node and result are both named MODULE/TYPE,
  /// with a number where that name is taken.
  std::string add_node(const std::string& module, const std::string& type,
                       const std::vector<std::string>& inputs, const OnnxAttributes& attributes);

  /// Adds a constant, as float32, and returns its name: `name`, with a number where another
  /// constant has that name. An equal constant of the same name is added only once.
  std::string add_initializer(const std::string& name, const torch::Tensor& value);

  const onnx::GraphProto& proto() const { return graph_; }

 private:
  std::string unique_name(const std::string& name);

  std::string input_name_;
  std::string output_name_;
  std::set<std::string> taken_names_;
  onnx::GraphProto graph_;
};

}  // namespace torch_onnx
