#pragma once

#include "torch_onnx/graph.h"
#include "torch_onnx/trace.h"

namespace numeral {

/// Adds the traced operations to `graph` as ONNX nodes, its input and output included. `sample`
/// is the size of what the network was traced on; its first dimension, the batch, stays free.
/// A batch norm that alone follows a convolution is folded into that. Weights keep their names.
///
/// Fails on an operation that has no translation, or none for its arguments:
/// `aten::gelu in module "act2" (torch::nn::GELU): no ONNX translation; supported are ...`
Result<void> translate(const Trace& trace, BatchShape sample, OnnxGraph& graph);

}  // namespace numeral
