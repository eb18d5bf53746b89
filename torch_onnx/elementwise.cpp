#include <torch_onnx/export.h>

#include "converters.h"

namespace torch_onnx {
namespace {

/// The factor that libtorch's sums and differences have for their second operand.
void check_alpha(const Operation& op) {
  if (op.number(2) != 1) throw ExportError("expected alpha 1");
}

}  // namespace

// Arguments: two operands, alpha.
void convert_add(const Operation& op) {
  check_alpha(op);
  op.emit("Add", {op.input(0), op.input(1)});
}

void convert_sub(const Operation& op) {
  check_alpha(op);
  op.emit("Sub", {op.input(0), op.input(1)});
}

void convert_rsub(const Operation& op) {
  check_alpha(op);
  op.emit("Sub", {op.input(1), op.input(0)});
}

void convert_mul(const Operation& op) { op.emit("Mul", {op.input(0), op.input(1)}); }

/// Arguments: two operands, rounding_mode.
void convert_div(const Operation& op) {
  if (op.argument_count() > 2 && !op.is_none(2)) throw ExportError("expected no rounding_mode");
  op.emit("Div", {op.input(0), op.input(1)});
}

void convert_relu(const Operation& op) { op.emit("Relu", {op.input(0)}); }

/// Arguments: input, dimension, type.
void convert_softmax(const Operation& op) {
  op.emit("Softmax", {op.input(0)}, {{"axis", op.argument(1).toInt()}});
}

/// Arguments: input, start_dim, end_dim. ONNX's Flatten always makes two dimensions.
void convert_flatten(const Operation& op) {
  const std::int64_t rank = op.sizes(0).size();
  const std::int64_t first = op.argument(1).toInt();
  const std::int64_t last = op.argument(2).toInt();
  if ((first + rank) % rank != 1 || (last + rank) % rank != rank - 1)
    throw ExportError("expected dimension 1 to the last to become one");
  op.emit("Flatten", {op.input(0)}, {{"axis", std::int64_t(1)}});
}

/// Arguments: input, probability, training.
void convert_dropout(const Operation& op) {
  if (op.argument(2).toBool()) throw ExportError("expected it to be off in evaluation mode");
  op.emit_nothing();
}

void convert_identity(const Operation& op) { op.emit_nothing(); }

/// Emits nothing: an operation that uses the filled tensor replaces it by a number.
void convert_fill(const Operation&) {}

}  // namespace torch_onnx
