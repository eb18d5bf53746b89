#include <torch_onnx/export.h>

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

/// Emits input * matrix + bias, where `input` and `bias` are indices of arguments.
void emit_gemm(const Operation& op, std::size_t input, const Matrix& matrix,
               std::optional<std::size_t> bias, OnnxAttributes attributes = {}) {
  if (op.sizes(input).size() != 2)
    throw ExportError("expected an input [n, features], found " +
                      c10::str(at::IntArrayRef(op.sizes(input))) +
                      "; put a torch::nn::Flatten before it");
  if (matrix.values.dim() != 2)
    throw ExportError("expected a matrix, found " + c10::str(matrix.values.sizes()));
  std::vector<std::string> inputs = {op.input(input), op.add_initializer(matrix.values, "weight")};
  if (bias) inputs.push_back(op.input(*bias));
  attributes.emplace_back("transB", std::int64_t(matrix.transposed));
  op.emit("Gemm", inputs, attributes);
}

}  // namespace

/// Arguments: input, weight [outputs, inputs], bias.
void convert_linear(const Operation& op) {
  const auto bias = op.is_none(2) ? std::nullopt : std::optional<std::size_t>(2);
  emit_gemm(op, 0, {op.weight(1), true}, bias);
}

/// Arguments: bias, input, matrix, beta (the bias's factor), alpha (the product's factor).
void convert_addmm(const Operation& op) {
  emit_gemm(op, 1, read_matrix(op, 2), 0,
            {{"beta", float(op.number(3))}, {"alpha", float(op.number(4))}});
}

/// Arguments: input, matrix.
void convert_matmul(const Operation& op) { emit_gemm(op, 0, read_matrix(op, 1), {}); }

/// Only the transpose of a weight can be exported; `read_matrix` makes it Gemm's transB.
void convert_transpose(const Operation& op) { op.weight(0); }

}  // namespace torch_onnx
