#include "operation.h"

#include <torch/csrc/jit/ir/constants.h>
#include <torch_onnx/export.h>

#include <algorithm>

namespace torch_onnx {
namespace {

namespace jit = torch::jit;

/// The integer that `value` is in all traces.
std::optional<Extent> extent_of(const Trace& trace, const jit::Value* value) {
  const auto number = jit::toIValue(value);
  if (!number || !number->isInt()) return std::nullopt;
  Extent extent = {number->toInt()};
  for (std::size_t i = 0; i < trace.variants.size(); ++i)
    extent.push_back(jit::toIValue(trace.counterparts.at(value)[i])->toInt());
  return extent;
}

/// The elements of a list, if all are constant.
std::optional<c10::IValue> constant_list(const Conversion& conversion, const jit::Node& list) {
  Integers integers;
  std::vector<double> numbers;
  Tensors tensors;
  for (const jit::Value* element : list.inputs()) {
    const auto value = constant_of(conversion, element);
    if (!value) return std::nullopt;
    if (value->isInt()) integers.push_back(value->toInt());
    if (value->isDouble()) numbers.push_back(value->toDouble());
    if (value->isTensor()) tensors.push_back(value->toTensor());
  }
  if (tensors.size() == list.inputs().size() && !tensors.empty()) return c10::IValue(tensors);
  if (numbers.size() == list.inputs().size() && !numbers.empty()) return c10::IValue(numbers);
  if (integers.size() == list.inputs().size()) return c10::IValue(integers);
  return std::nullopt;
}

}  // namespace

Integers sizes_of(const jit::Value* value) {
  const auto type = value->type()->cast<c10::TensorType>();
  const auto sizes = type ? type->sizes().concrete_sizes() : std::nullopt;
  if (!sizes) throw ExportError("expected a tensor of known size");
  return *sizes;
}

std::vector<Extent> extents_of(const Trace& trace, const jit::Value* value) {
  std::vector<Extent> extents;
  for (const std::int64_t size : sizes_of(value)) extents.push_back({size});
  for (std::size_t i = 0; i < trace.variants.size(); ++i) {
    const Integers sizes = sizes_of(trace.counterparts.at(value)[i]);
    for (std::size_t axis = 0; axis < sizes.size(); ++axis) extents[axis].push_back(sizes[axis]);
  }
  return extents;
}

torch::ScalarType type_of(const jit::Value* value) {
  const auto type = value->type()->cast<c10::TensorType>();
  if (!type || !type->scalarType())
    throw ExportError("expected a tensor, found " + value->type()->str());
  return *type->scalarType();
}

std::optional<c10::IValue> constant_of(const Conversion& conversion, const jit::Value* value) {
  if (const auto found = conversion.constants.find(value); found != conversion.constants.end())
    return found->second;
  const jit::Node& node = *value->node();
  if (node.kind() == c10::prim::ListConstruct) return constant_list(conversion, node);
  if (node.kind() == c10::prim::dtype) return static_cast<std::int64_t>(type_of(node.input(0)));
  const auto extent = extent_of(conversion.trace, value);
  return extent && !is_fixed(*extent) ? std::nullopt : jit::toIValue(value);
}

std::size_t Operation::at(const std::string& name) const {
  const auto index = node_.schema().argumentIndexWithName(name);
  if (!index) throw ExportError("expected an argument \"" + name + "\"");
  return *index;
}

bool Operation::has(const std::string& name) const {
  const auto index = node_.schema().argumentIndexWithName(name);
  return index && !is_none(*index);
}

bool Operation::is_none(std::size_t index) const {
  const auto value = constant_of(conversion_, node_.input(index));
  return value && (value->isNone() || (value->isTensor() && !value->toTensor().defined()));
}

bool Operation::is_constant(std::size_t index) const {
  return constant_of(conversion_, node_.input(index)).has_value();
}

bool Operation::is_tensor(std::size_t index) const {
  return node_.input(index)->type()->isSubtypeOf(*c10::TensorType::get());
}

c10::IValue Operation::argument(std::size_t index) const {
  const auto value = constant_of(conversion_, node_.input(index));
  if (!value)
    throw ExportError("expected argument " + std::to_string(index) +
                      " to be constant, found one that depends on the input");
  return *value;
}

double Operation::number(std::size_t index) const { return argument(index).toScalar().toDouble(); }

torch::Tensor Operation::weight(std::size_t index) const {
  if (is_none(index)) return {};
  const auto value = constant_of(conversion_, node_.input(index));
  if (!value || !value->isTensor())
    throw ExportError("expected a parameter as argument " + std::to_string(index) +
                      ", found a computed tensor");
  return value->toTensor();
}

Integers Operation::integers(std::size_t index, std::size_t count) const {
  const c10::IValue value = argument(index);
  Integers values = value.isInt() ? Integers{value.toInt()} : value.toIntVector();
  if (values.size() == 1) values.resize(count, values[0]);
  if (values.size() != count)
    throw ExportError("expected " + std::to_string(count) + " values in argument " +
                      std::to_string(index) + ", found " + std::to_string(values.size()));
  return values;
}

std::int64_t Operation::dimension(std::size_t index, std::size_t of) const {
  const std::int64_t dimension = integer(index);
  return dimension < 0 ? dimension + rank(of) : dimension;
}

Integers Operation::dimensions(std::size_t index) const {
  Integers dimensions;
  if (!is_none(index)) {
    const c10::IValue value = argument(index);
    dimensions = value.isInt() ? Integers{value.toInt()} : value.toIntVector();
  }
  for (std::int64_t& each : dimensions) each = each < 0 ? each + rank() : each;
  for (std::int64_t i = 0; dimensions.empty() && i < rank(); ++i) dimensions.push_back(i);
  return dimensions;
}

std::vector<Extent> Operation::extents(std::size_t index) const {
  std::vector<Extent> extents;
  const jit::Value* value = node_.input(index);
  const auto add = [&](const jit::Value* element) {
    const auto extent = extent_of(conversion_.trace, element);
    if (!extent) throw ExportError("expected integers in argument " + std::to_string(index));
    extents.push_back(*extent);
  };
  if (value->node()->kind() == c10::prim::ListConstruct) {
    for (const jit::Value* element : value->node()->inputs()) add(element);
  } else {
    add(value);
  }
  return extents;
}

std::string Operation::input(std::size_t index, std::optional<torch::ScalarType> type) const {
  const jit::Value* value = node_.input(index);
  if (const auto number = fill_value(index)) return scalar(*number, type.value_or(output_type()));
  if (const auto name = conversion_.names.find(value); name != conversion_.names.end())
    return type && *type != type_of(value) ? add_cast(name->second, *type) : name->second;
  const auto known = constant_of(conversion_, value);
  if (!known) {  // an integer that follows a size
    const auto extent = extent_of(conversion_.trace, value);
    if (!extent) throw ExportError("expected a tensor or a number");
    const std::string size = add("Squeeze", {size_of(*extent), constant({0})});
    const torch::ScalarType wanted = type.value_or(output_type());
    return wanted == torch::kInt64 ? size : add_cast(size, wanted);
  }
  if (known->isScalar()) return scalar(known->toScalar().toDouble(), type.value_or(output_type()));
  if (!known->isTensor()) throw ExportError("expected a tensor or a number");
  const torch::Tensor& tensor = known->toTensor();
  return add_initializer(type && *type != tensor.scalar_type() ? tensor.to(*type) : tensor,
                         "value");
}

Names Operation::inputs(std::size_t index) const {
  jit::Node& list = *node_.input(index)->node();
  if (list.kind() != c10::prim::ListConstruct) throw ExportError("expected a list of tensors");
  Names names;
  const Operation elements = other(list);
  for (std::size_t i = 0; i < list.inputs().size(); ++i) {
    const jit::Value* element = list.input(i);
    const auto found = conversion_.names.find(element);
    if (found != conversion_.names.end()) {
      names.push_back(found->second);
    } else {
      names.push_back(add_initializer(elements.weight(i), "value"));
    }
  }
  return names;
}

std::string Operation::constant(const Integers& values) const {
  return add_initializer("integers", torch::tensor(values, torch::kInt64));
}

std::string Operation::scalar(double value, torch::ScalarType type) const {
  return add_initializer(torch::tensor(value, torch::kFloat64).to(type), "value");
}

std::string Operation::initializer_name(const torch::Tensor& value, const std::string& role) const {
  const std::string weight = find_weight(conversion_.trace, value);
  if (!weight.empty() && conversion_.trace.weights.at(weight).sizes() == value.sizes())
    return weight;
  const std::string path = module();
  return path.empty() ? role : path + "." + role;
}

Names Operation::add_node(const std::string& type, const Names& inputs,
                          const OnnxAttributes& attributes, std::size_t results) const {
  return conversion_.graph.add_node(module(), type, inputs, attributes, results);
}

std::string Operation::add_cast(const std::string& value, torch::ScalarType type) const {
  return add("Cast", {value}, {{"to", std::int64_t(onnx_type(type))}});
}

std::size_t Operation::result_count() const {
  const auto& uses = node_.output(0)->uses();
  if (uses.size() != 1 || uses[0].user->kind() != c10::prim::ListUnpack)
    throw ExportError("expected a list of tensors that is taken apart at once");
  return uses[0].user->outputs().size();
}

void Operation::set_results(const Names& names) const {
  const bool is_list = node_.output(0)->type()->kind() == c10::TypeKind::ListType;
  const jit::Node& node = is_list ? *node_.output(0)->uses().at(0).user : node_;
  for (std::size_t i = 0; i < names.size(); ++i) conversion_.set_name(node.outputs()[i], names[i]);
}

void Operation::emit_reshaped(const std::string& name, const std::vector<Extent>& extents) const {
  const std::vector<Extent> target = output_extents();
  if (target == extents) return set_result(name);
  if (target.size() == 2 && !extents.empty() && target[0] == extents[0] && !is_fixed(target[0]))
    return emit("Flatten", {name}, {{"axis", std::int64_t(1)}});
  // In ONNX's Reshape 0 stands for the input's size at the same place, and -1 for the one that is
  // left.
  Integers sizes;
  std::size_t computed = 0;
  for (std::size_t i = 0; i < target.size(); ++i) {
    if (is_fixed(target[i])) {
      sizes.push_back(target[i][0]);
    } else if (i < extents.size() && extents[i] == target[i]) {
      sizes.push_back(0);
    } else {
      sizes.push_back(-1);
      ++computed;
    }
  }
  emit("Reshape", {name, computed > 1 ? size_input(target) : constant(sizes)});
}

std::string Operation::size_input(const std::vector<Extent>& extents) const {
  if (std::ranges::all_of(extents, is_fixed)) {
    Integers sizes;
    for (const Extent& extent : extents) sizes.push_back(extent[0]);
    return constant(sizes);
  }
  Names parts;
  for (const Extent& extent : extents) parts.push_back(size_of(extent));
  return parts.size() == 1 ? parts[0] : add("Concat", parts, {{"axis", std::int64_t(0)}});
}

/// The name of an int64 tensor [1].
std::string Operation::size_of(const Extent& extent) const {
  if (is_fixed(extent)) return constant({extent[0]});
  std::string& name = conversion_.extents[extent];
  if (name.empty()) name = compute_size(extent);
  return name;
}

/// Finds an expression that has the values of `extent`: a size of a tensor, a product of dynamic
/// axes with a factor or a divisor, or a size and a fixed difference.
std::string Operation::compute_size(const Extent& extent) const {
  using Candidate = std::pair<const jit::Value*, std::size_t>;
  std::vector<std::pair<Candidate, Extent>> sizes;
  for (const jit::Value* value : conversion_.tensors) {
    const std::vector<Extent> all = extents_of(conversion_.trace, value);
    for (std::size_t axis = 0; axis < all.size(); ++axis) {
      if (all[axis] == extent) return dimension_of(value, axis);
      const auto same = [&](const auto& size) { return size.second == all[axis]; };
      if (!is_fixed(all[axis]) && std::ranges::none_of(sizes, same))
        sizes.push_back({{value, axis}, all[axis]});
    }
  }

  const auto quotient = [](const Extent& a, const Extent& b) -> std::optional<std::int64_t> {
    for (std::size_t i = 0; i < a.size(); ++i)
      if (b[i] == 0 || a[i] % b[i] != 0 || a[i] / b[i] != a[0] / b[0]) return std::nullopt;
    return a[0] / b[0];
  };
  const auto scaled = [&](const Extent& product, const auto& make) -> std::optional<std::string> {
    if (const auto factor = quotient(extent, product))
      return *factor == 1 ? make() : add("Mul", {make(), constant({*factor})});
    if (const auto divisor = quotient(product, extent); divisor && extent[0] > 0)
      return add("Div", {make(), constant({*divisor})});
    return std::nullopt;
  };
  const auto name_of = [&](const auto& size) {
    return dimension_of(size.first.first, size.first.second);
  };
  for (const auto& size : sizes)
    if (const auto name = scaled(size.second, [&] { return name_of(size); })) return *name;
  for (const auto& size : sizes) {
    for (const auto& second : sizes) {
      Extent product = size.second;
      for (std::size_t i = 0; i < product.size(); ++i) product[i] *= second.second[i];
      const auto make = [&] { return add("Mul", {name_of(size), name_of(second)}); };
      if (const auto name = scaled(product, make)) return *name;
    }
  }
  for (const auto& size : sizes) {
    Extent difference = extent;
    for (std::size_t i = 0; i < extent.size(); ++i) difference[i] -= size.second[i];
    if (is_fixed(difference)) return add("Add", {name_of(size), constant({difference[0]})});
  }
  throw ExportError("the number " + c10::str(extent[0]) + " depends on the dynamic axes (it was " +
                    c10::str(at::IntArrayRef(extent)) +
                    " in the traces) in a way that is not recognised; leave the axis out of "
                    "dynamic_axes");
}

std::string Operation::dimension_of(const jit::Value* value, std::size_t axis) const {
  const std::string& name = conversion_.names.at(value);
  std::string& shape = conversion_.shapes[name];
  if (shape.empty()) shape = add("Shape", {name});
  return add("Gather", {shape, constant({std::int64_t(axis)})}, {{"axis", std::int64_t(0)}});
}

/// The number that fills argument `index`, if it is a tensor of equal numbers that can be replaced
/// by one number because another argument has the result's size. `2 - x` in C++ is such a case:
/// libtorch first fills a tensor like x with 2.
std::optional<double> Operation::fill_value(std::size_t index) const {
  jit::Node& source = *node_.input(index)->node();
  if (source.kind() != c10::aten::full_like) return std::nullopt;
  for (std::size_t i = 0; i < argument_count(); ++i)
    if (i != index && is_tensor(i) && input_extents(i) == output_extents())
      return other(source).number(1);
  return std::nullopt;
}

}  // namespace torch_onnx
