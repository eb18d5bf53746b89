#include "operators.h"

#include <torch/csrc/jit/runtime/operator.h>
#include <torch_onnx/export.h>

#include <algorithm>
#include <map>

#include "converters.h"
#include "error_text.h"

namespace torch_onnx {
namespace {

namespace jit = torch::jit;

/// Which converter makes ONNX nodes of which ATen operation. A new operation is one row in the
/// table of its family, one converter, one line in README.md and one case in the tests.
const Converters& converters() {
  static const Converters table = [] {
    Converters all;
    for (const auto& family :
         {convolution_converters(), elementwise_converters(), linear_converters(),
          normalization_converters(), pooling_converters(), recurrent_converters(),
          reduction_converters(), shape_converters()})
      all.insert(family.begin(), family.end());
    return all;
  }();
  return table;
}

const Converter& find_converter(const std::string& name) {
  const auto found = converters().find(name);
  if (found != converters().end()) return found->second;
  if (name.ends_with('_') && converters().contains(name.substr(0, name.size() - 1)))
    throw ExportError(
        "it changes a tensor in place that others use too; use the operation that returns a new "
        "one");

  std::string supported;
  for (const auto& [each, converter] : converters())
    supported += (supported.empty() ? "" : ", ") + each;
  throw ExportError("no ONNX converter; supported are " + supported +
                    ". Write the network with these, or add a converter to torch_onnx");
}

/// The types that exported models compute with.
void check_results(const jit::Node& node) {
  for (const jit::Value* result : node.outputs()) {
    if (result->type()->kind() == c10::TypeKind::ListType) continue;
    const torch::ScalarType type = type_of(result);
    if (type != torch::kFloat32 && type != torch::kInt64 && type != torch::kInt32 &&
        type != torch::kBool)
      throw ExportError("expected a float32 tensor as its result (or int64, int32, bool), found " +
                        result->type()->str());
  }
}

template <class Function>
void with_description(const Operation& op, const Function& function) {
  try {
    function();
  } catch (const ExportError& error) {
    throw ExportError(op.description() + ": " + error.what());
  } catch (const c10::Error& error) {
    throw ExportError(op.description() + ": " + one_line(error.what_without_backtrace()));
  }
}

/// Whether a node only makes an argument for others.
bool is_argument(jit::Node& node) {
  return node.kind() == c10::prim::Constant || node.kind() == c10::prim::ListConstruct ||
         node.kind() == c10::prim::ListUnpack || node.kind() == c10::prim::dtype;
}

/// Computes an operation whose arguments are all constant, as the traces did. Random numbers are
/// not: they are drawn anew each time.
bool fold(Conversion& conversion, jit::Node& node) {
  if (!node.kind().is_aten() || node.isNondeterministic()) return false;
  jit::Stack stack;
  for (const jit::Value* input : node.inputs()) {
    const auto value = constant_of(conversion, input);
    if (!value) return false;
    stack.push_back(*value);
  }
  const torch::NoGradGuard no_grad;
  node.getOperation()(stack);
  for (std::size_t i = 0; i < stack.size(); ++i) conversion.constants[node.output(i)] = stack[i];
  return true;
}

/// The sizes of a tensor as the model declares them.
std::vector<OnnxSize> declared_sizes(const std::vector<Extent>& extents,
                                     const std::map<Extent, std::string>& axis_names) {
  std::vector<OnnxSize> sizes;
  for (const Extent& extent : extents) {
    const auto name = axis_names.find(extent);
    if (is_fixed(extent)) {
      sizes.emplace_back(extent[0]);
    } else {
      sizes.emplace_back(name == axis_names.end() ? "" : name->second);
    }
  }
  return sizes;
}

}  // namespace

void convert_trace(const Trace& trace, const ExportOptions& options,
                   const std::vector<DynamicAxes>& dynamic_axes, OnnxGraph& graph) {
  Conversion conversion{trace, graph, options.opset};
  std::map<Extent, std::string> axis_names;
  const auto inputs = trace.graph->inputs();
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const std::vector<Extent> extents = extents_of(trace, inputs[i]);
    for (const auto& [axis, name] : dynamic_axes.at(i)) axis_names.emplace(extents[axis], name);
    graph.add_input(options.input_names.at(i), type_of(inputs[i]),
                    declared_sizes(extents, axis_names));
    conversion.set_name(inputs[i], options.input_names[i]);
  }
  for (jit::Node* node : trace.graph->nodes()) {
    if (is_argument(*node)) continue;
    // The result of a batch norm that was folded into a convolution has a name already.
    if (!node->outputs().empty() && conversion.names.contains(node->outputs()[0])) continue;
    const Operation op(conversion, *node);
    with_description(op, [&] {
      if (fold(conversion, *node)) return;
      const Converter& converter = find_converter(op.name());
      check_results(*node);
      converter(op);
    });
  }
  const auto outputs = trace.graph->outputs();
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const auto name = conversion.names.find(outputs[i]);
    if (name == conversion.names.end())
      throw ExportError("result " + std::to_string(i) + " does not depend on the inputs");
    graph.add_output(name->second, options.output_names.at(i), type_of(outputs[i]),
                     declared_sizes(extents_of(trace, outputs[i]), axis_names));
    name->second = options.output_names[i];
  }
  graph.remove_unused();
}

std::vector<std::string> supported_operations() {
  std::vector<std::string> names;
  for (const auto& [name, converter] : converters()) names.emplace_back(name);
  return names;
}

}  // namespace torch_onnx
