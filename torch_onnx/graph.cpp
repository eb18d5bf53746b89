#include "graph.h"

#include <algorithm>

namespace torch_onnx {
namespace {

/// `tensor` as an ONNX tensor without a name.
onnx::TensorProto to_proto(const torch::Tensor& tensor) {
  const torch::Tensor values = tensor.detach().to(torch::kCPU, torch::kFloat32).contiguous();
  onnx::TensorProto proto;
  proto.set_data_type(onnx::TensorProto::FLOAT);
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
  } else {
    proto.set_type(onnx::AttributeProto::INTS);
    for (const std::int64_t each : std::get<std::vector<std::int64_t>>(value)) proto.add_ints(each);
  }
  return proto;
}

void describe(onnx::ValueInfoProto& value, const std::string& name, at::IntArrayRef sizes) {
  value.set_name(name);
  onnx::TypeProto::Tensor& type = *value.mutable_type()->mutable_tensor_type();
  type.set_elem_type(onnx::TensorProto::FLOAT);
  type.mutable_shape()->add_dim()->set_dim_param("N");
  for (const std::int64_t size : sizes.slice(1))
    type.mutable_shape()->add_dim()->set_dim_value(size);
}

}  // namespace

OnnxGraph::OnnxGraph(std::string input_name, std::string output_name)
    : input_name_(std::move(input_name)),
      output_name_(std::move(output_name)),
      taken_names_{input_name_, output_name_} {
  graph_.set_name("network");
}

std::string OnnxGraph::set_input(at::IntArrayRef sizes) {
  describe(*graph_.add_input(), input_name_, sizes);
  return input_name_;
}

void OnnxGraph::set_output(std::string name, at::IntArrayRef sizes) {
  const auto computed = [&](const onnx::NodeProto& node) { return node.output(0) == name; };
  // The graph's input and its constants cannot be renamed: they get a node that copies them.
  if (std::ranges::none_of(graph_.node(), computed)) name = add_node("", "Identity", {name}, {});
  for (onnx::NodeProto& node : *graph_.mutable_node()) {
    std::ranges::replace(*node.mutable_input(), name, output_name_);
    std::ranges::replace(*node.mutable_output(), name, output_name_);
  }
  describe(*graph_.add_output(), output_name_, sizes);
}

std::string OnnxGraph::add_node(const std::string& module, const std::string& type,
                                const std::vector<std::string>& inputs,
                                const OnnxAttributes& attributes) {
  const std::string name = unique_name(module.empty() ? type : module + "/" + type);
  onnx::NodeProto& node = *graph_.add_node();
  node.set_name(name);
  node.set_op_type(type);
  for (const std::string& input : inputs) node.add_input(input);
  node.add_output(name);
  for (const auto& [key, value] : attributes) *node.add_attribute() = to_proto(key, value);
  return name;
}

std::string OnnxGraph::add_initializer(const std::string& name, const torch::Tensor& value) {
  onnx::TensorProto proto = to_proto(value);
  for (const onnx::TensorProto& other : graph_.initializer()) {
    const bool same_name = other.name() == name || other.name().starts_with(name + ".");
    if (same_name && other.raw_data() == proto.raw_data() &&
        std::ranges::equal(other.dims(), proto.dims()))
      return other.name();
  }
  proto.set_name(unique_name(name));
  *graph_.add_initializer() = proto;
  return proto.name();
}

std::string OnnxGraph::unique_name(const std::string& name) {
  std::string unique = name;
  for (int number = 2; !taken_names_.insert(unique).second; ++number)
    unique = name + "." + std::to_string(number);
  return unique;
}

}  // namespace torch_onnx
