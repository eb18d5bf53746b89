#include "graph.h"

#include <torch_onnx/export.h>

#include <algorithm>
#include <utility>

namespace torch_onnx {
namespace {

/// `tensor` as an ONNX tensor without a name.
onnx::TensorProto to_proto(const torch::Tensor& tensor) {
  const bool is_double = tensor.scalar_type() == torch::kFloat64;
  const torch::ScalarType type = is_double ? torch::kFloat32 : tensor.scalar_type();
  const torch::Tensor values = tensor.detach().to(torch::kCPU, type).contiguous();
  onnx::TensorProto proto;
  proto.set_data_type(onnx_type(type));
  for (const std::int64_t size : values.sizes()) proto.add_dims(size);
  proto.set_raw_data(values.const_data_ptr(), values.nbytes());
  return proto;
}

onnx::AttributeProto to_proto(const std::string& name, const OnnxAttribute& value) {
  onnx::AttributeProto proto;
  proto.set_name(name);
  if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    proto.set_type(onnx::AttributeProto::INT);
    proto.set_i(*integer);
  } else if (const auto* number = std::get_if<float>(&value)) {
    proto.set_type(onnx::AttributeProto::FLOAT);
    proto.set_f(*number);
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    proto.set_type(onnx::AttributeProto::STRING);
    proto.set_s(*text);
  } else {
    proto.set_type(onnx::AttributeProto::INTS);
    for (const std::int64_t each : std::get<std::vector<std::int64_t>>(value)) proto.add_ints(each);
  }
  return proto;
}

void describe(onnx::ValueInfoProto& value, const std::string& name, torch::ScalarType scalar_type,
              const std::vector<OnnxSize>& sizes) {
  value.set_name(name);
  onnx::TypeProto::Tensor& type = *value.mutable_type()->mutable_tensor_type();
  type.set_elem_type(onnx_type(scalar_type));
  type.mutable_shape();  // a number has a shape too: without sizes
  for (const OnnxSize& size : sizes) {
    auto& dimension = *type.mutable_shape()->add_dim();
    if (const auto* number = std::get_if<std::int64_t>(&size)) {
      dimension.set_dim_value(*number);
    } else if (const auto& symbol = std::get<std::string>(size); !symbol.empty()) {
      dimension.set_dim_param(symbol);
    }
  }
}

}  // namespace

int onnx_type(torch::ScalarType type) {
  switch (type) {
    case torch::kFloat32:
      return onnx::TensorProto::FLOAT;
    case torch::kInt64:
      return onnx::TensorProto::INT64;
    case torch::kInt32:
      return onnx::TensorProto::INT32;
    case torch::kBool:
      return onnx::TensorProto::BOOL;
    default:
      throw ExportError("expected a tensor of float32, int64, int32 or bool, found " +
                        c10::str(type));
  }
}

OnnxGraph::OnnxGraph(const std::vector<std::string>& reserved)
    : taken_names_(reserved.begin(), reserved.end()) {
  graph_.set_name("network");
}

void OnnxGraph::add_input(const std::string& name, torch::ScalarType type,
                          const std::vector<OnnxSize>& sizes) {
  describe(*graph_.add_input(), name, type, sizes);
}

void OnnxGraph::add_output(const std::string& value, const std::string& name,
                           torch::ScalarType type, const std::vector<OnnxSize>& sizes) {
  const auto computes = [](const onnx::NodeProto& node, const std::string& result) {
    return std::ranges::count(node.output(), result) > 0;
  };
  const bool is_computed =
      std::ranges::any_of(graph_.node(), [&](const auto& node) { return computes(node, value); });
  const bool is_output = std::ranges::any_of(
      graph_.output(), [&](const auto& output) { return output.name() == value; });
  // Inputs, constants and other outputs cannot be renamed: they get a node that copies them.
  const std::string source =
      is_computed && !is_output ? value : add_node("", "Identity", {value}, {}).front();
  for (onnx::NodeProto& node : *graph_.mutable_node()) {
    std::ranges::replace(*node.mutable_input(), source, name);
    std::ranges::replace(*node.mutable_output(), source, name);
  }
  describe(*graph_.add_output(), name, type, sizes);
}

std::vector<std::string> OnnxGraph::add_node(const std::string& module, const std::string& type,
                                             const std::vector<std::string>& inputs,
                                             const OnnxAttributes& attributes,
                                             std::size_t results) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < results; ++i)
    names.push_back(unique_name(module.empty() ? type : module + "/" + type));
  onnx::NodeProto& node = *graph_.add_node();
  node.set_name(names.front());
  node.set_op_type(type);
  for (const std::string& input : inputs) node.add_input(input);
  for (const std::string& name : names) node.add_output(name);
  for (const auto& [key, value] : attributes) *node.add_attribute() = to_proto(key, value);
  return names;
}

std::string OnnxGraph::add_initializer(const std::string& name, const torch::Tensor& value) {
  onnx::TensorProto proto = to_proto(value);
  for (const onnx::TensorProto& other : graph_.initializer()) {
    const bool same_name = other.name() == name || other.name().starts_with(name + ".");
    if (same_name && other.data_type() == proto.data_type() &&
        other.raw_data() == proto.raw_data() && std::ranges::equal(other.dims(), proto.dims()))
      return other.name();
  }
  const std::string unique = unique_name(name);
  proto.set_name(unique);
  *graph_.add_initializer() = std::move(proto);
  return unique;
}

void OnnxGraph::remove_unused() {
  std::set<std::string> used;
  for (const auto& output : graph_.output()) used.insert(output.name());
  const auto is_used = [&](const std::string& name) { return used.contains(name); };
  std::vector<onnx::NodeProto> nodes(graph_.node().begin(), graph_.node().end());
  for (auto node = nodes.rbegin(); node != nodes.rend(); ++node)
    if (std::ranges::any_of(node->output(), is_used))
      used.insert(node->input().begin(), node->input().end());
  std::erase_if(nodes,
                [&](const auto& node) { return std::ranges::none_of(node.output(), is_used); });
  graph_.mutable_node()->Assign(nodes.begin(), nodes.end());
  auto& constants = *graph_.mutable_initializer();
  for (int i = constants.size() - 1; i >= 0; --i)
    if (!is_used(constants[i].name())) constants.DeleteSubrange(i, 1);
}

std::string OnnxGraph::unique_name(const std::string& name) {
  std::string unique = name;
  for (int number = 2; !taken_names_.insert(unique).second; ++number)
    unique = name + "." + std::to_string(number);
  return unique;
}

}  // namespace torch_onnx
