#include <torch_onnx/export.h>

#include <numeric>

#include "converters.h"

namespace torch_onnx {
namespace {

bool keeps_dimensions(const Operation& op) {
  return op.has("keepdim") && op.flag(op.at("keepdim"));
}

/// The dimensions of the argument "dim"; all where there is none.
Integers reduced_dimensions(const Operation& op) {
  if (op.has("dim")) return op.dimensions(op.at("dim"));
  Integers all(op.rank());
  std::iota(all.begin(), all.end(), 0);
  return all;
}

/// Overloads: of the whole tensor, or with the arguments dim and keepdim.
Converter reduction(std::string type) {
  return [=](const Operation& op) {
    const std::string input = op.input(0, op.output_type());
    op.set_result(add_reduction(op, type, input, reduced_dimensions(op), keeps_dimensions(op)));
  };
}

/// Overloads: of the whole tensor; of two tensors; of a dimension, with the indices as a second
/// result.
Converter extremum(std::string reduced, std::string pairwise, std::string index) {
  return [=](const Operation& op) {
    if (op.argument_count() == 2)
      return op.emit(pairwise, {op.input(0, op.output_type()), op.input(1, op.output_type())});
    Names results = {
        add_reduction(op, reduced, op.input(0), reduced_dimensions(op), keeps_dimensions(op))};
    if (op.node().outputs().size() > 1)
      results.push_back(op.add(index, {op.input(0)},
                               {{"axis", op.dimension(op.at("dim"))},
                                {"keepdims", std::int64_t(keeps_dimensions(op))}}));
    op.set_results(results);
  };
}

/// Arguments: input, dim (None: of the flattened input), keepdim.
Converter arg_extremum(std::string type) {
  return [=](const Operation& op) {
    if (op.has("dim"))
      return op.emit(type, {op.input(0)},
                     {{"axis", op.dimension(1)}, {"keepdims", std::int64_t(op.flag(2))}});
    const std::string flat = op.add("Reshape", {op.input(0), op.constant({-1})});
    op.emit(type, {flat}, {{"axis", std::int64_t(0)}, {"keepdims", std::int64_t(0)}});
  };
}

/// Arguments: input, dimension, type.
Converter along_axis(std::string type) {
  return [=](const Operation& op) {
    op.emit(type, {op.input(0, op.output_type())}, {{"axis", op.dimension(1)}});
  };
}

/// Arguments: input, p, dim, keepdim.
void convert_norm(const Operation& op) {
  const double p = op.is_none(1) ? 2 : op.number(1);
  if (p != 1 && p != 2) throw ExportError("expected p 1 or 2");
  op.set_result(add_reduction(op, p == 1 ? "ReduceL1" : "ReduceL2", op.input(0),
                              reduced_dimensions(op), keeps_dimensions(op)));
}

/// Arguments: input, dim, correction (or unbiased), keepdim. With `root` the standard deviation.
Converter variance(bool root) {
  return [=](const Operation& op) {
    const Integers axes = reduced_dimensions(op);
    double correction = 1;
    if (op.has("correction")) correction = op.number(op.at("correction"));
    if (op.has("unbiased")) correction = op.flag(op.at("unbiased")) ? 1 : 0;
    std::int64_t count = 1;
    for (const std::int64_t axis : axes) {
      if (correction != 0 && !is_fixed(op.input_extents(0)[axis]))
        throw ExportError("expected fixed sizes in the reduced dimensions, or correction 0");
      count *= op.sizes(0)[axis];
    }
    const std::string mean = add_reduction(op, "ReduceMean", op.input(0), axes, true);
    const std::string deviation = op.add("Sub", {op.input(0), mean});
    std::string result = add_reduction(op, "ReduceMean", op.add("Mul", {deviation, deviation}),
                                       axes, keeps_dimensions(op));
    if (correction != 0)
      result = op.add("Mul", {result, op.scalar(double(count) / (double(count) - correction))});
    op.set_result(root ? op.add("Sqrt", {result}) : result);
  };
}

/// Arguments: input, dim, type.
void convert_cumsum(const Operation& op) {
  const std::string axis =
      op.add_initializer("integer", torch::tensor(op.dimension(1), torch::kInt64));
  op.emit("CumSum", {op.input(0, op.output_type()), axis});
}

}  // namespace

/// Until opset 18 the axes were an attribute of all but ReduceSum.
std::string add_reduction(const Operation& op, const std::string& type, const std::string& input,
                          const Integers& axes, bool keep_dimensions) {
  OnnxAttributes attributes = {{"keepdims", std::int64_t(keep_dimensions)}};
  if (axes.empty()) return input;  // of a number
  if (type == "ReduceSum" || op.opset() >= 18)
    return op.add(type, {input, op.constant(axes)}, attributes);
  attributes.emplace_back("axes", axes);
  return op.add(type, {input}, attributes);
}

Converters reduction_converters() {
  return {
      {"aten::amax", reduction("ReduceMax")},
      {"aten::amin", reduction("ReduceMin")},
      {"aten::argmax", arg_extremum("ArgMax")},
      {"aten::argmin", arg_extremum("ArgMin")},
      {"aten::cumsum", convert_cumsum},
      {"aten::log_softmax", along_axis("LogSoftmax")},
      {"aten::logsumexp", reduction("ReduceLogSumExp")},
      {"aten::max", extremum("ReduceMax", "Max", "ArgMax")},
      {"aten::mean", reduction("ReduceMean")},
      {"aten::min", extremum("ReduceMin", "Min", "ArgMin")},
      {"aten::norm", convert_norm},
      {"aten::prod", reduction("ReduceProd")},
      {"aten::softmax", along_axis("Softmax")},
      {"aten::std", variance(true)},
      {"aten::sum", reduction("ReduceSum")},
      {"aten::var", variance(false)},
  };
}

}  // namespace torch_onnx
