#pragma once

#include <torch/torch.h>

#include "graph.h"
#include "trace.h"

namespace torch_onnx {

/// Converts the traced operations to nodes of `graph`, its input and output included.
/// `sample_sizes` are those of the sample of the trace.
///
/// Throws ExportError on an operation that has no converter, or whose arguments ONNX cannot
/// express: `aten::gelu in module "act2" (torch::nn::GELU): no ONNX converter; supported are ...`
void convert_trace(const Trace& trace, at::IntArrayRef sample_sizes, OnnxGraph& graph);

}  // namespace torch_onnx
