#include "operators.h"

#include <torch_onnx/export.h>

#include <map>
#include <string_view>

#include "converters.h"
#include "error_text.h"

namespace torch_onnx {
namespace {

namespace jit = torch::jit;

using Converter = void (*)(const Operation&);

/// Which converter makes ONNX nodes of which ATen operation. A new operation is one line here, one
/// converter and one line in README.md.
const std::map<std::string_view, Converter>& converters() {
  static const std::map<std::string_view, Converter> table = {
      {"aten::_convolution", convert_convolution},
      {"aten::_convolution_mode", convert_convolution},
      {"aten::adaptive_avg_pool2d", convert_adaptive_average_pool},
      {"aten::add", convert_add},
      {"aten::addmm", convert_addmm},
      {"aten::alias", convert_identity},
      {"aten::alpha_dropout", convert_dropout},
      {"aten::avg_pool2d", convert_average_pool},
      {"aten::batch_norm", convert_batch_norm},
      {"aten::clone", convert_identity},
      {"aten::contiguous", convert_identity},
      {"aten::conv1d", convert_convolution},
      {"aten::conv2d", convert_convolution},
      {"aten::convolution", convert_convolution},
      {"aten::detach", convert_identity},
      {"aten::div", convert_div},
      {"aten::dropout", convert_dropout},
      {"aten::empty_like", convert_fill},
      {"aten::feature_alpha_dropout", convert_dropout},
      {"aten::feature_dropout", convert_dropout},
      {"aten::flatten", convert_flatten},
      {"aten::full_like", convert_fill},
      {"aten::linear", convert_linear},
      {"aten::matmul", convert_matmul},
      {"aten::max_pool2d", convert_max_pool},
      {"aten::max_pool2d_with_indices", convert_max_pool},
      {"aten::mm", convert_matmul},
      {"aten::mul", convert_mul},
      {"aten::relu", convert_relu},
      {"aten::rsub", convert_rsub},
      {"aten::softmax", convert_softmax},
      {"aten::sub", convert_sub},
      {"aten::t", convert_transpose},
      {"aten::to", convert_identity},
  };
  return table;
}

Converter find_converter(std::string_view name) {
  const auto found = converters().find(name);
  if (found != converters().end()) return found->second;
  if (name.ends_with('_') && converters().contains(name.substr(0, name.size() - 1)))
    throw ExportError(
        "it changes a tensor in place that others use too; use the operation that returns a new "
        "one");

  std::string supported;
  for (const auto& [each, converter] : converters())
    supported += (supported.empty() ? "" : ", ") + std::string(each);
  throw ExportError("no ONNX converter; supported are " + supported);
}

void convert(const Operation& op) {
  try {
    const Converter converter = find_converter(op.name());
    const auto type = op.node().output(0)->type()->cast<c10::TensorType>();
    if (!type || type->scalarType() != torch::kFloat32)
      throw ExportError("expected a float32 tensor as its result, found " +
                        op.node().output(0)->type()->str());
    converter(op);
  } catch (const ExportError& error) {
    throw ExportError(op.description() + ": " + error.what());
  } catch (const c10::Error& error) {
    throw ExportError(op.description() + ": " + one_line(error.what_without_backtrace()));
  }
}

/// Whether a node only makes an argument for others.
bool is_argument(jit::Node& node) {
  return node.kind() == c10::prim::Constant || node.kind() == c10::prim::ListConstruct ||
         node.kind() == c10::prim::dtype;
}

}  // namespace

void convert_trace(const Trace& trace, at::IntArrayRef sample_sizes, OnnxGraph& graph) {
  Conversion conversion{trace, graph, sample_sizes.at(0)};
  conversion.names[trace.graph->inputs().at(0)] = graph.set_input(sample_sizes);
  for (jit::Node* node : trace.graph->nodes()) {
    if (is_argument(*node)) continue;
    // The result of a batch norm that was folded into a convolution has a name already.
    if (!node->outputs().empty() && conversion.names.contains(node->output(0))) continue;
    convert({conversion, *node});
  }
  const jit::Value* output = trace.graph->outputs().at(0);
  const auto name = conversion.names.find(output);
  if (name == conversion.names.end())
    throw ExportError("the network's output does not depend on its input");
  graph.set_output(name->second, sizes_of(output));
}

std::vector<std::string> supported_operations() {
  std::vector<std::string> names;
  for (const auto& [name, converter] : converters()) names.emplace_back(name);
  return names;
}

}  // namespace torch_onnx
