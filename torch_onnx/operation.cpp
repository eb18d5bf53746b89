#include "operation.h"

#include <torch/csrc/jit/ir/constants.h>
#include <torch_onnx/export.h>

namespace torch_onnx {
namespace {

namespace jit = torch::jit;

/// The value of an argument that is not computed: a number, a list of integers, a constant tensor.
std::optional<c10::IValue> constant_of(const jit::Value* value) {
  if (value->node()->kind() != c10::prim::ListConstruct) return jit::toIValue(value);
  Integers integers;
  for (const jit::Value* element : value->node()->inputs()) {
    const auto number = jit::toIValue(element);
    if (!number || !number->isInt()) return std::nullopt;
    integers.push_back(number->toInt());
  }
  return integers;
}

}  // namespace

Integers sizes_of(const jit::Value* value) {
  const auto type = value->type()->cast<c10::TensorType>();
  const auto sizes = type ? type->sizes().concrete_sizes() : std::nullopt;
  if (!sizes) throw ExportError("expected a tensor of known size");
  return *sizes;
}

std::string Operation::description() const {
  const std::string path = module();
  if (path.empty()) return name();
  const auto type = conversion_.trace.module_types.find(path);
  return name() + " in module \"" + path + "\"" +
         (type == conversion_.trace.module_types.end() ? "" : " (" + type->second + ")");
}

bool Operation::is_none(std::size_t index) const {
  const auto value = constant_of(node_.input(index));
  return value && value->isNone();
}

c10::IValue Operation::argument(std::size_t index) const {
  const auto value = constant_of(node_.input(index));
  if (!value) throw ExportError("expected argument " + std::to_string(index) + " to be constant");
  return *value;
}

double Operation::number(std::size_t index) const { return argument(index).toScalar().toDouble(); }

torch::Tensor Operation::weight(std::size_t index) const {
  if (is_none(index)) return {};
  const auto value = constant_of(node_.input(index));
  if (!value || !value->isTensor())
    throw ExportError("expected a parameter as argument " + std::to_string(index) +
                      ", found a computed tensor");
  return value->toTensor();
}

Integers Operation::integers(std::size_t index, std::size_t count) const {
  Integers values = argument(index).toIntVector();
  if (values.size() == 1) values.resize(count, values[0]);
  if (values.size() != count)
    throw ExportError("expected " + std::to_string(count) + " values in argument " +
                      std::to_string(index) + ", found " + std::to_string(values.size()));
  return values;
}

std::string Operation::input(std::size_t index) const {
  const jit::Value* value = node_.input(index);
  if (const auto name = conversion_.names.find(value); name != conversion_.names.end())
    return name->second;
  if (const auto number = fill_value(index))
    return add_initializer(torch::tensor(*number), "value");
  const c10::IValue constant = argument(index);
  if (constant.isScalar()) return add_initializer(torch::tensor(number(index)), "value");
  if (!constant.isTensor()) throw ExportError("expected a tensor or a number");

  const torch::Tensor& tensor = constant.toTensor();
  const bool has_batch = tensor.dim() == std::int64_t(output_sizes().size());
  if (has_batch && tensor.size(0) > 1 && tensor.size(0) == conversion_.batch_size)
    throw ExportError("the constant of size " + c10::str(tensor.sizes()) +
                      " would fix the size of the batch");
  return add_initializer(tensor, "value");
}

std::string Operation::initializer_name(const torch::Tensor& value, const std::string& role) const {
  const std::string parameter = parameter_name(value);
  if (!parameter.empty()) return parameter;
  const std::string path = module();
  return path.empty() ? role : path + "." + role;
}

void Operation::emit(const std::string& type, const std::vector<std::string>& inputs,
                     const OnnxAttributes& attributes, jit::Node* last_fused) const {
  const jit::Value* result = (last_fused == nullptr ? node_ : *last_fused).output(0);
  conversion_.names[result] = conversion_.graph.add_node(module(), type, inputs, attributes);
}

/// The number that fills argument `index`, if it is a tensor of equal numbers that can be replaced
/// by one number because another argument has the result's size. `2 - x` in C++ is such a case:
/// libtorch first fills a tensor like x with 2.
std::optional<double> Operation::fill_value(std::size_t index) const {
  jit::Node& source = *node_.input(index)->node();
  if (source.kind() != c10::aten::full_like) return std::nullopt;
  for (std::size_t i = 0; i < argument_count(); ++i) {
    const bool is_tensor = node_.input(i)->type()->isSubtypeOf(*c10::TensorType::get());
    if (i != index && is_tensor && sizes(i) == output_sizes()) return other(source).number(1);
  }
  return std::nullopt;
}

/// The name of the network's parameter or buffer that `value` is; "" if it is none.
std::string Operation::parameter_name(const torch::Tensor& value) const {
  for (const auto& [name, weight] : conversion_.trace.weights)
    if (weight.const_data_ptr() == value.const_data_ptr() && weight.sizes() == value.sizes())
      return name;
  return {};
}

/// The path of the module that calls the operation. Where the operation uses the weights of a
/// module inside the innermost scope, that module.
std::string Operation::module() const {
  std::string path = node_.scope()->namesFromRoot(".");
  const std::string prefix = path.empty() ? "" : path + ".";
  for (const jit::Value* input : node_.inputs()) {
    const auto value = constant_of(input);
    if (!value || !value->isTensor()) continue;
    const std::string name = parameter_name(value->toTensor());
    const std::size_t dot = name.find_last_of('.');
    if (dot != std::string::npos && dot > prefix.size() && name.starts_with(prefix))
      return name.substr(0, dot);
  }
  return path;
}

}  // namespace torch_onnx
