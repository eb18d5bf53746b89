#include <torch_onnx/export.h>

#include <cmath>

#include "converters.h"

namespace torch_onnx {
namespace {

namespace jit = torch::jit;

/// A constant matrix that is an argument, or whose transpose is.
struct Matrix {
  torch::Tensor values;
  bool transposed = false;
};

Matrix read_matrix(const Operation& op, std::size_t index) {
  jit::Node& source = *op.node().input(index)->node();
  if (source.kind() == c10::aten::t) return {op.other(source).weight(0), true};
  return {op.weight(index), false};
}

/// Whether arguments are such that Gemm can be used: a matrix times a constant matrix.
bool fits_gemm(const Operation& op, std::size_t input, std::size_t matrix) {
  return op.is_constant(matrix) && op.rank(input) == 2 && op.rank(matrix) == 2;
}

/// Emits input * matrix + bias, where `input` and `bias` are indices of arguments.
void emit_gemm(const Operation& op, std::size_t input, const Matrix& matrix,
               std::optional<std::size_t> bias, OnnxAttributes attributes = {}) {
  Names inputs = {op.input(input), op.add_initializer(matrix.values, "weight")};
  if (bias) inputs.push_back(op.input(*bias));
  attributes.emplace_back("transB", std::int64_t(matrix.transposed));
  op.emit("Gemm", inputs, attributes);
}

/// The product of two arguments of any rank. A transposed weight is stored transposed.
std::string add_product(const Operation& op, std::size_t left, std::size_t right) {
  const auto operand = [&](std::size_t index) {
    return op.is_constant(index) && op.node().input(index)->node()->kind() == c10::aten::t
               ? op.add_initializer(op.weight(index), "weight_transposed")
               : op.input(index);
  };
  return op.add("MatMul", {operand(left), operand(right)});
}

/// Arguments: input, weight [outputs, inputs], bias.
void convert_linear(const Operation& op) {
  const bool has_bias = !op.is_none(2);
  const auto bias = has_bias ? std::optional<std::size_t>(2) : std::nullopt;
  if (fits_gemm(op, 0, 1)) return emit_gemm(op, 0, {op.weight(1), true}, bias);
  const std::string weight = op.is_constant(1)
                                 ? op.add_initializer(op.weight(1).t(), "weight_transposed")
                                 : op.add("Transpose", {op.input(1)});
  const std::string product = op.add("MatMul", {op.input(0), weight});
  op.set_result(has_bias ? op.add("Add", {product, op.input(2)}) : product);
}

/// Arguments: bias, two operands, beta (the bias's factor), alpha (the product's factor).
void convert_addmm(const Operation& op) {
  const double beta = op.number(3), alpha = op.number(4);
  if (fits_gemm(op, 1, 2))
    return emit_gemm(op, 1, read_matrix(op, 2), 0,
                     {{"beta", float(beta)}, {"alpha", float(alpha)}});
  std::string bias = op.input(0), product = add_product(op, 1, 2);
  if (alpha != 1) product = op.add("Mul", {product, op.scalar(alpha)});
  if (beta != 1) bias = op.add("Mul", {bias, op.scalar(beta)});
  op.emit("Add", {product, bias});
}

/// Arguments: two operands.
void convert_matmul(const Operation& op) {
  if (fits_gemm(op, 0, 1)) return emit_gemm(op, 0, read_matrix(op, 1), {});
  op.set_result(add_product(op, 0, 1));
}

/// Arguments: equation, operands.
void convert_einsum(const Operation& op) {
  op.emit("Einsum", op.inputs(1), {{"equation", op.argument(0).toStringRef()}});
}

/// Arguments: query, key, value, mask, dropout, is_causal, scale.
void convert_attention(const Operation& op) {
  if (op.number(4) != 0) throw ExportError("expected no dropout");
  if (op.has("enable_gqa") && op.flag(op.at("enable_gqa")))
    throw ExportError("expected as many heads of the keys as of the queries");
  const double scale = op.is_none(6) ? 1 / std::sqrt(double(op.sizes(0).back())) : op.number(6);
  Integers order;
  for (std::int64_t i = 0; i < op.rank(1); ++i) order.push_back(i);
  std::swap(order.end()[-1], order.end()[-2]);
  const std::string keys = op.add("Transpose", {op.input(1)}, {{"perm", order}});
  const std::string queries = op.add("Mul", {op.input(0), op.scalar(scale)});
  std::string scores = op.add("MatMul", {queries, keys});
  const std::string least = op.scalar(-std::numeric_limits<double>::infinity());
  if (op.flag(5)) {
    const std::vector<Extent> sizes = {op.input_extents(0).end()[-2],
                                       op.input_extents(1).end()[-2]};
    const std::string ones = op.add("Expand", {op.scalar(1), op.size_input(sizes)});
    const std::string seen = op.add("Cast", {op.add("Trilu", {ones}, {{"upper", std::int64_t(0)}})},
                                    {{"to", std::int64_t(onnx_type(torch::kBool))}});
    scores = op.add("Where", {seen, scores, least});
  }
  if (!op.is_none(3)) {
    const bool is_bool = op.type(3) == torch::kBool;
    scores = is_bool ? op.add("Where", {op.input(3), scores, least})
                     : op.add("Add", {scores, op.input(3)});
  }
  const std::string weights = op.add("Softmax", {scores}, {{"axis", std::int64_t(-1)}});
  op.emit("MatMul", {weights, op.input(2)});
}

}  // namespace

Converters linear_converters() {
  return {
      {"aten::addmm", convert_addmm},   {"aten::baddbmm", convert_addmm},
      {"aten::bmm", convert_matmul},    {"aten::einsum", convert_einsum},
      {"aten::linear", convert_linear}, {"aten::matmul", convert_matmul},
      {"aten::mm", convert_matmul},     {"aten::scaled_dot_product_attention", convert_attention},
  };
}

}  // namespace torch_onnx
