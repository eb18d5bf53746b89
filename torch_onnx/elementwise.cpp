#include <torch_onnx/export.h>

#include <cmath>
#include <numbers>

#include "converters.h"

namespace torch_onnx {
namespace {

// --- One operand --------------------------------------------------------------------------------

/// The ONNX node of the same meaning. ATen makes float32 of integers where ONNX takes none.
Converter unary(std::string type) {
  return [=](const Operation& op) { op.emit(type, {op.input(0, op.output_type())}); };
}

/// A node whose attributes are arguments: {{1, "alpha"}} for argument 1.
Converter unary_with(std::string type, std::map<std::size_t, std::string> names,
                     OnnxAttributes fixed = {}) {
  return [=](const Operation& op) {
    OnnxAttributes attributes = fixed;
    for (const auto& [index, name] : names) attributes.emplace_back(name, float(op.number(index)));
    op.emit(type, {op.input(0)}, attributes);
  };
}

/// outer(inner(x)).
Converter composed(std::string outer, std::string inner) {
  return [=](const Operation& op) {
    op.emit(outer, {op.add(inner, {op.input(0, op.output_type())})});
  };
}

void convert_elu(const Operation& op) {
  if (op.number(2) != 1 || op.number(3) != 1) throw ExportError("expected scale and input_scale 1");
  op.emit("Elu", {op.input(0)}, {{"alpha", float(op.number(1))}});
}

/// Arguments: input, approximate ("none" or "tanh").
void convert_gelu(const Operation& op) {
  const std::string x = op.input(0);
  std::string factor;
  if (op.argument(1).toStringRef() == "tanh") {
    const std::string cube = op.add("Mul", {op.add("Mul", {x, x}), x});
    const std::string sum = op.add("Add", {x, op.add("Mul", {cube, op.scalar(0.044715)})});
    const double scale = std::numbers::sqrt2 * std::numbers::inv_sqrtpi;
    factor = op.add("Tanh", {op.add("Mul", {sum, op.scalar(scale)})});
  } else {
    factor = op.add("Erf", {op.add("Mul", {x, op.scalar(1 / std::numbers::sqrt2)})});
  }
  const std::string half = op.add("Mul", {x, op.scalar(0.5)});
  op.emit("Mul", {half, op.add("Add", {factor, op.scalar(1)})});
}

/// x * gate(x).
Converter gated(std::string gate) {
  return [=](const Operation& op) { op.emit("Mul", {op.input(0), op.add(gate, {op.input(0)})}); };
}

void convert_mish(const Operation& op) {
  op.emit("Mul", {op.input(0), op.add("Tanh", {op.add("Softplus", {op.input(0)})})});
}

/// Arguments: input, beta, threshold. Beyond the threshold libtorch returns the input, which is the
/// same in float32.
void convert_softplus(const Operation& op) {
  if (op.number(1) == 1) return op.emit("Softplus", {op.input(0)});
  const std::string beta = op.scalar(op.number(1));
  op.emit("Div", {op.add("Softplus", {op.add("Mul", {op.input(0), beta})}), beta});
}

void convert_log_sigmoid(const Operation& op) {
  op.emit("Neg", {op.add("Softplus", {op.add("Neg", {op.input(0)})})});
}

void convert_log1p(const Operation& op) {
  op.emit("Log", {op.add("Add", {op.input(0), op.scalar(1)})});
}

/// Arguments: input, weight of one element or one a channel.
void convert_prelu(const Operation& op) {
  std::string slope;
  if (op.is_constant(1)) {
    torch::Tensor weight = op.weight(1);
    if (weight.numel() > 1 && op.rank() > 2) {
      Integers sizes(op.rank() - 1, 1);
      sizes[0] = -1;
      weight = weight.view(sizes);
    }
    slope = op.add_initializer(op.initializer_name(op.weight(1), "weight"), weight);
  } else {
    if (op.rank(1) > 0 && op.sizes(1)[0] > 1) throw ExportError("expected a constant weight");
    slope = op.input(1);
  }
  op.emit("PRelu", {op.input(0), slope});
}

/// The limits are arguments 1 and 2, or those given here.
Converter clip(std::optional<double> least, std::optional<double> most, bool has_arguments) {
  return [=](const Operation& op) {
    const auto limit = [&](std::size_t index, std::optional<double> number) -> std::string {
      if (number) return op.scalar(*number, op.output_type());
      if (!has_arguments || index >= op.argument_count() || op.is_none(index)) return "";
      return op.input(index, op.output_type());
    };
    const std::string low = limit(1, least), high = limit(2, most);
    // ONNX takes numbers as limits; tensors may have a size.
    const auto has_sizes = [&](std::size_t i) {
      return i < op.argument_count() && op.is_tensor(i) && op.rank(i) > 0;
    };
    std::string value = op.input(0, op.output_type());
    if (!has_sizes(1) && !has_sizes(2)) return op.emit("Clip", {value, low, high});
    if (!low.empty()) value = op.add("Max", {value, low});
    op.set_result(high.empty() ? value : op.add("Min", {value, high}));
  };
}

/// clamp_max's only limit is argument 1.
void convert_clamp_max(const Operation& op) {
  op.emit("Min", {op.input(0, op.output_type()), op.input(1, op.output_type())});
}

/// Arguments: input, threshold, value.
void convert_threshold(const Operation& op) {
  const std::string above = op.add("Greater", {op.input(0), op.input(1)});
  op.emit("Where", {above, op.input(0), op.input(2)});
}

/// Arguments: input, dimension: the first half times the sigmoid of the second.
void convert_glu(const Operation& op) {
  const std::int64_t axis = op.dimension(1);
  const std::int64_t half = op.sizes(0)[axis] / 2;
  const Names halves =
      op.add_node("Split", {op.input(0), op.constant({half, half})}, {{"axis", axis}}, 2);
  op.emit("Mul", {halves[0], op.add("Sigmoid", {halves[1]})});
}

/// A change of type, where there is one.
void convert_type(const Operation& op) { op.set_result(op.input(0, op.output_type())); }

void convert_dropout(const Operation& op) {
  if (op.flag(2)) throw ExportError("expected it to be off in evaluation mode");
  op.emit_nothing();
}

void convert_identity(const Operation& op) { op.emit_nothing(); }

// --- Two operands -------------------------------------------------------------------------------

/// ATen computes in the result's type.
Names operands(const Operation& op, std::size_t first = 0, std::size_t second = 1) {
  return {op.input(first, op.output_type()), op.input(second, op.output_type())};
}

Converter binary(std::string type) {
  return [=](const Operation& op) { op.emit(type, operands(op)); };
}

/// Arguments: two operands and alpha, the factor of the second.
Converter sum(std::string type, bool reversed = false) {
  return [=](const Operation& op) {
    Names values = operands(op);
    if (const double alpha = op.number(2); alpha != 1)
      values[1] = op.add("Mul", {values[1], op.scalar(alpha, op.output_type())});
    if (reversed) std::swap(values[0], values[1]);
    op.emit(type, values);
  };
}

/// Arguments: two operands, rounding_mode.
void convert_div(const Operation& op) {
  const bool rounded = op.argument_count() > 2 && !op.is_none(2);
  if (!rounded) return op.emit("Div", operands(op));
  const bool is_float = op.output_type() == torch::kFloat32;
  if (op.argument(2).toStringRef() != "floor" || !is_float)
    throw ExportError("expected no rounding_mode, or \"floor\" of floating-point numbers");
  op.emit("Floor", {op.add("Div", operands(op))});
}

/// Arguments: base, exponent.
void convert_pow(const Operation& op) {
  if (op.is_constant(1) && !op.is_tensor(1) && op.number(1) == 2)
    return op.emit("Mul", {op.input(0), op.input(0)});
  op.emit("Pow", operands(op));
}

void convert_square(const Operation& op) { op.emit("Mul", {op.input(0), op.input(0)}); }

/// The type in which ATen compares the first two arguments.
torch::ScalarType compared_type(const Operation& op) {
  const auto example = [&](std::size_t index) {
    return torch::empty(Integers(std::size_t(op.rank(index) > 0), 1),
                        torch::TensorOptions(op.type(index)));
  };
  const torch::ScalarType type = op.is_tensor(1)
                                     ? at::result_type(example(0), example(1))
                                     : at::result_type(example(0), op.argument(1).toScalar());
  return type == torch::kFloat64 ? torch::kFloat32 : type;
}

Converter comparison(std::string type, bool negated = false) {
  return [=](const Operation& op) {
    torch::ScalarType common = compared_type(op);
    if (common == torch::kBool && type != "Equal") common = torch::kInt32;
    const Names values = {op.input(0, common), op.input(1, common)};
    op.set_result(negated ? op.add("Not", {op.add(type, values)}) : op.add(type, values));
  };
}

Converter logical(std::string type) {
  return [=](const Operation& op) {
    op.emit(type, {op.input(0, torch::kBool), op.input(1, torch::kBool)});
  };
}

void convert_logical_not(const Operation& op) { op.emit("Not", {op.input(0, torch::kBool)}); }

/// Arguments: condition, two operands.
void convert_where(const Operation& op) {
  const Names values = operands(op, 1, 2);
  op.emit("Where", {op.input(0, torch::kBool), values[0], values[1]});
}

/// Arguments: input, mask, number.
void convert_masked_fill(const Operation& op) {
  op.emit("Where", {op.input(1, torch::kBool), op.input(2, op.output_type()), op.input(0)});
}

}  // namespace

Converters elementwise_converters() {  // NOLINT(readability-function-size): a table
  return {
      {"aten::abs", unary("Abs")},
      {"aten::acos", unary("Acos")},
      {"aten::add", sum("Add")},
      {"aten::alias", convert_identity},
      {"aten::alpha_dropout", convert_dropout},
      {"aten::asin", unary("Asin")},
      {"aten::atan", unary("Atan")},
      {"aten::ceil", unary("Ceil")},
      {"aten::celu", unary_with("Celu", {{1, "alpha"}})},
      {"aten::clamp", clip({}, {}, true)},
      {"aten::clamp_max", convert_clamp_max},
      {"aten::clamp_min", clip({}, {}, true)},
      {"aten::clone", convert_identity},
      {"aten::contiguous", convert_identity},
      {"aten::cos", unary("Cos")},
      {"aten::detach", convert_identity},
      {"aten::div", convert_div},
      {"aten::dropout", convert_dropout},
      {"aten::elu", convert_elu},
      {"aten::eq", comparison("Equal")},
      {"aten::erf", unary("Erf")},
      {"aten::exp", unary("Exp")},
      {"aten::feature_alpha_dropout", convert_dropout},
      {"aten::feature_dropout", convert_dropout},
      {"aten::floor", unary("Floor")},
      {"aten::ge", comparison("GreaterOrEqual")},
      {"aten::gelu", convert_gelu},
      {"aten::glu", convert_glu},
      {"aten::gt", comparison("Greater")},
      {"aten::hardsigmoid", unary_with("HardSigmoid", {}, {{"alpha", 1.0F / 6}, {"beta", 0.5F}})},
      {"aten::hardswish", unary("HardSwish")},
      {"aten::hardtanh", clip({}, {}, true)},
      {"aten::le", comparison("LessOrEqual")},
      {"aten::leaky_relu", unary_with("LeakyRelu", {{1, "alpha"}})},
      {"aten::log", unary("Log")},
      {"aten::log1p", convert_log1p},
      {"aten::log_sigmoid", convert_log_sigmoid},
      {"aten::logical_and", logical("And")},
      {"aten::logical_not", convert_logical_not},
      {"aten::logical_or", logical("Or")},
      {"aten::lt", comparison("Less")},
      {"aten::masked_fill", convert_masked_fill},
      {"aten::maximum", binary("Max")},
      {"aten::minimum", binary("Min")},
      {"aten::mish", convert_mish},
      {"aten::mul", binary("Mul")},
      {"aten::ne", comparison("Equal", true)},
      {"aten::neg", unary("Neg")},
      {"aten::pow", convert_pow},
      {"aten::prelu", convert_prelu},
      {"aten::reciprocal", unary("Reciprocal")},
      {"aten::relu", unary("Relu")},
      {"aten::relu6", clip(0, 6, false)},
      {"aten::round", unary("Round")},
      {"aten::rsqrt", composed("Reciprocal", "Sqrt")},
      {"aten::rsub", sum("Sub", true)},
      {"aten::selu", unary("Selu")},
      {"aten::sigmoid", unary("Sigmoid")},
      {"aten::sign", unary("Sign")},
      {"aten::silu", gated("Sigmoid")},
      {"aten::sin", unary("Sin")},
      {"aten::softplus", convert_softplus},
      {"aten::sqrt", unary("Sqrt")},
      {"aten::square", convert_square},
      {"aten::sub", sum("Sub")},
      {"aten::tan", unary("Tan")},
      {"aten::tanh", unary("Tanh")},
      {"aten::threshold", convert_threshold},
      {"aten::to", convert_type},
      {"aten::type_as", convert_type},
      {"aten::where", convert_where},
  };
}

}  // namespace torch_onnx
