#pragma once

#include <torch/torch.h>

#include "graph.h"
#include "trace.h"

namespace torch_onnx {

/// Converts the traced operations to nodes of `graph`, its inputs and outputs included.
/// `dynamic_axes` has one entry for each input.
///
/// Throws ExportError on an operation that has no converter, or whose arguments ONNX cannot
/// express: `aten::foo in module "act2" (torch::nn::Foo): no ONNX converter; ...`
void convert_trace(const Trace& trace, const ExportOptions& options,
                   const std::vector<DynamicAxes>& dynamic_axes, OnnxGraph& graph);

}  // namespace torch_onnx
