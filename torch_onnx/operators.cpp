#include "torch_onnx/operators.h"

#include <torch/csrc/jit/ir/constants.h>

#include <algorithm>
#include <string_view>
#include <unordered_map>

#include "train/base/torch_error.h"

namespace numeral {
namespace {

namespace jit = torch::jit;
using Integers = std::vector<std::int64_t>;

/// Why an operation cannot be exported. Thrown by what reads an operation's arguments, as libtorch
/// throws too, and caught in `translate`, so that a translation reads as what it does.
struct Untranslatable {
  std::string why;
};

/// What is known while a trace is gone through.
struct Progress {
  const Trace& trace;
  OnnxGraph& graph;
  std::int64_t batch_size;  ///< of the sample, which nothing may depend on
  std::unordered_map<const jit::Value*, std::string> names = {};  ///< of the values in the graph
};

/// The sizes of a traced value that is a tensor.
Integers sizes_of(const jit::Value* value) {
  const auto type = value->type()->cast<c10::TensorType>();
  const auto sizes = type ? type->sizes().concrete_sizes() : std::nullopt;
  if (!sizes) throw Untranslatable{"expected a tensor of known size"};
  return *sizes;
}

/// A traced argument that is no computed tensor: a number, a list of numbers, a constant tensor.
std::optional<c10::IValue> constant_of(const jit::Value* value) {
  if (value->node()->kind() != c10::prim::ListConstruct) return jit::toIValue(value);
  Integers integers;
  for (const jit::Value* element : value->node()->inputs()) {
    const auto number = jit::toIValue(element);
    if (!number || !number->isInt()) return std::nullopt;
    integers.push_back(number->toInt());
  }
  return integers;
}

/// One call of an ATen operation: its arguments by their places, and where its result goes.
class Operation {
 public:
  Operation(Progress& progress, jit::Node& node) : progress_(progress), node_(node) {}

  jit::Node& node() const { return node_; }
  std::string name() const { return node_.kind().toQualString(); }

  std::size_t argument_count() const { return node_.inputs().size(); }
  c10::IValue argument(std::size_t place) const;
  bool is_none(std::size_t place) const;
  Integers integers(std::size_t place, std::size_t count) const;
  double number(std::size_t place) const;
  Integers sizes(std::size_t place) const { return sizes_of(node_.input(place)); }
  Integers output_sizes() const { return sizes_of(node_.output(0)); }

  /// A tensor that must be a constant; undefined where the argument is None.
  torch::Tensor weight(std::size_t place) const;

  /// The name of the parameter that a constant is; or, if it is none, the module's with `role`.
  std::string name_of(const torch::Tensor& value, const std::string& role) const;

  /// Puts a constant in the graph and returns its name there.
  std::string initializer(const std::string& name, const torch::Tensor& value) const {
    return progress_.graph.add_initializer(name, value);
  }
  std::string initializer(const torch::Tensor& value, const std::string& role) const {
    return initializer(name_of(value, role), value);
  }

  /// The name of an input in the graph, whether computed, a constant tensor or a number.
  std::string operand(std::size_t place) const;

  /// Adds the node that computes this operation's result, or, if `last` is given, that one's.
  void becomes(const std::string& type, const std::vector<std::string>& inputs,
               const OnnxAttributes& attributes, jit::Node* last = nullptr) const;

  /// The result is the first argument as it is.
  void becomes_nothing() const;

  /// Another operation of the same trace.
  Operation other(jit::Node& node) const { return {progress_, node}; }

  /// For people: `aten::gelu in module "act2" (torch::nn::GELU)`.
  std::string description() const;

 private:
  std::optional<double> filled_with(std::size_t place) const;
  std::string parameter_name(const torch::Tensor& value) const;
  std::string module() const;

  Progress& progress_;
  jit::Node& node_;
};

c10::IValue Operation::argument(std::size_t place) const {
  const auto value = constant_of(node_.input(place));
  if (!value)
    throw Untranslatable{"expected argument " + std::to_string(place) + " to be constant"};
  return *value;
}

bool Operation::is_none(std::size_t place) const {
  const auto value = constant_of(node_.input(place));
  return value && value->isNone();
}

/// A list of integers, of which one stands for all, as in libtorch.
Integers Operation::integers(std::size_t place, std::size_t count) const {
  Integers values = argument(place).toIntVector();
  if (values.size() == 1) values.resize(count, values[0]);
  if (values.size() != count)
    throw Untranslatable{"expected " + std::to_string(count) + " values in argument " +
                         std::to_string(place) + ", found " + std::to_string(values.size())};
  return values;
}

double Operation::number(std::size_t place) const { return argument(place).toScalar().toDouble(); }

torch::Tensor Operation::weight(std::size_t place) const {
  if (is_none(place)) return {};
  const auto value = constant_of(node_.input(place));
  if (!value || !value->isTensor())
    throw Untranslatable{"expected a parameter as argument " + std::to_string(place) +
                         ", found a computed tensor"};
  return value->toTensor();
}

std::string Operation::parameter_name(const torch::Tensor& value) const {
  for (const auto& [name, weight] : progress_.trace.weights)
    if (weight.const_data_ptr() == value.const_data_ptr() && weight.sizes() == value.sizes())
      return name;
  return {};
}

/// The module that the operation comes from: the one whose forward function ran, or, if the
/// operation uses the weights of one further inside, that one.
std::string Operation::module() const {
  std::string path = node_.scope()->namesFromRoot(".");
  for (const jit::Value* input : node_.inputs()) {
    const auto value = constant_of(input);
    if (!value || !value->isTensor()) continue;
    const std::string name = parameter_name(value->toTensor());
    const std::string owner = name.substr(0, name.find_last_of('.'));
    if (owner.starts_with(path + ".")) return owner;
  }
  return path;
}

std::string Operation::name_of(const torch::Tensor& value, const std::string& role) const {
  const std::string parameter = parameter_name(value);
  if (!parameter.empty()) return parameter;
  const std::string path = module();
  return path.empty() ? role : path + "." + role;
}

std::string Operation::description() const {
  const std::string path = module();
  const auto type = progress_.trace.module_types.find(path);
  return name() + " in module \"" + path + "\"" +
         (type == progress_.trace.module_types.end() ? "" : " (" + type->second + ")");
}

/// The number that every element of an operand is, where another operand gives the result its
/// size: `2 - x` in C++ first fills a tensor like x with 2.
std::optional<double> Operation::filled_with(std::size_t place) const {
  jit::Node& source = *node_.input(place)->node();
  if (source.kind() != c10::aten::full_like) return std::nullopt;
  for (std::size_t other_place = 0; other_place < argument_count(); ++other_place) {
    const bool is_tensor = node_.input(other_place)->type()->isSubtypeOf(*c10::TensorType::get());
    if (other_place != place && is_tensor && sizes(other_place) == output_sizes())
      return other(source).number(1);
  }
  return std::nullopt;
}

std::string Operation::operand(std::size_t place) const {
  const jit::Value* value = node_.input(place);
  if (const auto name = progress_.names.find(value); name != progress_.names.end())
    return name->second;
  if (const auto number = filled_with(place)) return initializer(torch::tensor(*number), "value");
  const c10::IValue constant = argument(place);
  if (constant.isScalar()) return initializer(torch::tensor(number(place)), "value");
  if (!constant.isTensor()) throw Untranslatable{"expected a tensor or a number"};

  const torch::Tensor& tensor = constant.toTensor();
  const bool has_batch = tensor.dim() == std::int64_t(output_sizes().size());
  if (has_batch && tensor.size(0) > 1 && tensor.size(0) == progress_.batch_size)
    throw Untranslatable{"the constant of size " + c10::str(tensor.sizes()) +
                         " would fix the size of the batch"};
  return initializer(tensor, "value");
}

void Operation::becomes(const std::string& type, const std::vector<std::string>& inputs,
                        const OnnxAttributes& attributes, jit::Node* last) const {
  const jit::Value* result = (last == nullptr ? node_ : *last).output(0);
  progress_.names[result] = progress_.graph.add_node(module(), type, inputs, attributes);
}

void Operation::becomes_nothing() const { progress_.names[node_.output(0)] = operand(0); }

// --- Convolution and batch norm ---------------------------------------------------------------

/// What a batch norm does to each channel in evaluation: y = scale * x + shift, in float64.
struct BatchNorm {
  torch::Tensor weight, bias, mean, variance;
  double epsilon = 0;

  torch::Tensor scale() const {
    return weight.to(torch::kFloat64) / (variance.to(torch::kFloat64) + epsilon).sqrt();
  }
  torch::Tensor shift() const {
    return bias.to(torch::kFloat64) - mean.to(torch::kFloat64) * scale();
  }
};

/// Arguments: input, weight, bias, running mean, running variance, training, momentum, epsilon.
BatchNorm read_batch_norm(const Operation& op) {
  if (op.argument(5).toBool() || op.is_none(3) || op.is_none(4))
    throw Untranslatable{"expected a batch norm with running statistics"};
  BatchNorm norm;
  norm.mean = op.weight(3);
  norm.variance = op.weight(4);
  norm.weight = op.is_none(1) ? torch::ones_like(norm.mean) : op.weight(1);
  norm.bias = op.is_none(2) ? torch::zeros_like(norm.mean) : op.weight(2);
  norm.epsilon = op.number(7);
  return norm;
}

void translate_batch_norm(const Operation& op) {
  const BatchNorm norm = read_batch_norm(op);
  op.becomes(
      "BatchNormalization",
      {op.operand(0), op.initializer(norm.weight, "weight"), op.initializer(norm.bias, "bias"),
       op.initializer(norm.mean, "running_mean"), op.initializer(norm.variance, "running_var")},
      {{"epsilon", float(norm.epsilon)}});
}

/// The batch norm that is the only user of what `op` computes and goes by running statistics;
/// null where there is none.
jit::Node* only_used_by_batch_norm(const Operation& op) {
  const auto& uses = op.node().output(0)->uses();
  const bool fits = uses.size() == 1 && uses[0].offset == 0 &&
                    uses[0].user->kind() == c10::Symbol::fromQualString("aten::batch_norm");
  return fits && !op.other(*uses[0].user).argument(5).toBool() ? uses[0].user : nullptr;
}

/// ONNX's pads: what is added before each dimension, then what is added behind each.
Integers convolution_pads(const Operation& op, std::size_t place, at::IntArrayRef kernel,
                          const Integers& dilations) {
  const std::size_t rank = kernel.size();
  const c10::IValue padding = op.argument(place);
  Integers before(rank, 0), behind(rank, 0);
  if (!padding.isString()) {
    before = behind = op.integers(place, rank);
  } else if (padding.toStringRef() == "same") {
    for (std::size_t i = 0; i < rank; ++i) {
      const std::int64_t total = dilations[i] * (kernel[i] - 1);
      before[i] = total / 2;
      behind[i] = total - before[i];
    }
  }  // else "valid": none
  before.insert(before.end(), behind.begin(), behind.end());
  return before;
}

/// Arguments: input, weight, bias, stride, padding, dilation, then either groups (conv2d), or
/// transposed, output padding, groups (convolution).
void translate_convolution(const Operation& op) {
  const bool long_form = op.name().ends_with("convolution");
  if (long_form && op.argument(6).toBool())
    throw Untranslatable{"expected a convolution, found a transposed one"};
  torch::Tensor weight = op.weight(1);
  torch::Tensor bias = op.weight(2);
  const at::IntArrayRef kernel = weight.sizes().slice(2);
  const Integers dilations = op.integers(5, kernel.size());
  const OnnxAttributes attributes = {{"kernel_shape", kernel.vec()},
                                     {"strides", op.integers(3, kernel.size())},
                                     {"pads", convolution_pads(op, 4, kernel, dilations)},
                                     {"dilations", dilations},
                                     {"group", op.argument(long_form ? 8 : 6).toInt()}};

  // The names are those of the convolution's parameters, whatever is folded into them.
  const std::string weight_name = op.name_of(weight, "weight");
  const std::string bias_name =
      bias.defined() ? op.name_of(bias, "bias")
                     : weight_name.substr(0, weight_name.find_last_of('.') + 1) + "bias";
  jit::Node* norm_node = only_used_by_batch_norm(op);
  if (norm_node != nullptr) {
    const BatchNorm norm = read_batch_norm(op.other(*norm_node));
    const torch::Tensor scale = norm.scale();
    Integers per_channel(weight.dim(), 1);
    per_channel[0] = -1;
    weight = weight.to(torch::kFloat64) * scale.view(per_channel);
    bias = bias.defined() ? bias.to(torch::kFloat64) * scale + norm.shift() : norm.shift();
  }
  std::vector<std::string> inputs = {op.operand(0), op.initializer(weight_name, weight)};
  if (bias.defined()) inputs.push_back(op.initializer(bias_name, bias));
  op.becomes("Conv", inputs, attributes, norm_node);
}

// --- Pooling ----------------------------------------------------------------------------------

/// The arguments that the two-dimensional poolings share.
struct Pooling {
  Integers kernel, strides, padding;
};

/// Arguments: input, kernel, stride (empty: the kernel's size), padding.
Pooling read_pooling(const Operation& op) {
  Pooling pooling;
  pooling.kernel = op.integers(1, 2);
  const bool default_stride = op.argument(2).toIntVector().empty();
  pooling.strides = default_stride ? pooling.kernel : op.integers(2, 2);
  pooling.padding = op.integers(3, 2);
  return pooling;
}

/// ONNX's pads, with what must be added behind for windows that reach beyond the padded input:
/// libtorch has those where it rounds the output's size up (ceil_mode). What ONNX makes of its
/// own ceil_mode has changed from version to version, so it is not used.
Integers pooling_pads(const Operation& op, const Pooling& pooling, const Integers& dilations) {
  const Integers input = op.sizes(0);
  const Integers output = op.output_sizes();
  Integers pads = pooling.padding;
  for (std::size_t i = 0; i < 2; ++i) {
    const std::int64_t reach = (output[output.size() - 2 + i] - 1) * pooling.strides[i] +
                               (pooling.kernel[i] - 1) * dilations[i] + 1;
    const std::int64_t size = input[input.size() - 2 + i];
    pads.push_back(std::max(pooling.padding[i], reach - size - pooling.padding[i]));
  }
  return pads;
}

/// Arguments: those of a pooling, dilation, whether to round up.
void translate_max_pool(const Operation& op) {
  for (const jit::Value* extra : op.node().outputs().slice(1))
    if (extra->hasUses()) throw Untranslatable{"expected the indices of the maxima to be unused"};
  const Pooling pooling = read_pooling(op);
  const Integers dilations = op.integers(4, 2);
  op.becomes("MaxPool", {op.operand(0)},
             {{"kernel_shape", pooling.kernel},
              {"strides", pooling.strides},
              {"pads", pooling_pads(op, pooling, dilations)},
              {"dilations", dilations}});
}

/// Arguments: those of a pooling, whether to round up, whether padding counts, divisor.
void translate_average_pool(const Operation& op) {
  if (!op.is_none(6)) throw Untranslatable{"expected no divisor_override"};
  const Pooling pooling = read_pooling(op);
  const Integers pads = pooling_pads(op, pooling, {1, 1});
  const bool padded = pooling.padding != Integers{0, 0};
  const bool counted = padded && op.argument(5).toBool();
  // What lies beyond the padding never counts, which ONNX cannot tell from the padding.
  if (counted && !std::equal(pads.begin() + 2, pads.end(), pooling.padding.begin()))
    throw Untranslatable{"expected ceil_mode or padding that counts, found both"};
  op.becomes("AveragePool", {op.operand(0)},
             {{"kernel_shape", pooling.kernel},
              {"strides", pooling.strides},
              {"pads", pads},
              {"count_include_pad", std::int64_t(counted)}});
}

/// Arguments: input, output size.
void translate_adaptive_average_pool(const Operation& op) {
  const Integers input = op.sizes(0);
  const Integers output = op.output_sizes();
  Integers kernel;
  for (std::size_t i = input.size() - 2; i < input.size(); ++i) {
    if (output[i] == 0 || input[i] % output[i] != 0)
      throw Untranslatable{"expected an output size that divides the input's, found " +
                           c10::str(at::IntArrayRef(output).slice(2)) + " from " +
                           c10::str(at::IntArrayRef(input).slice(2))};
    kernel.push_back(input[i] / output[i]);
  }
  if (output[input.size() - 2] == 1 && output.back() == 1) {
    op.becomes("GlobalAveragePool", {op.operand(0)}, {});
  } else {
    op.becomes("AveragePool", {op.operand(0)}, {{"kernel_shape", kernel}, {"strides", kernel}});
  }
}

// --- Linear layers ----------------------------------------------------------------------------

/// Argument `place`, a constant matrix, and whether libtorch was given its transpose.
struct Matrix {
  torch::Tensor values;
  bool transposed = false;
};

Matrix read_matrix(const Operation& op, std::size_t place) {
  jit::Node& source = *op.node().input(place)->node();
  if (source.kind() == c10::aten::t) return {op.other(source).weight(0), true};
  return {op.weight(place), false};
}

/// input * matrix + bias, with the bias at place `bias` or none.
void becomes_gemm(const Operation& op, std::size_t input, const Matrix& matrix,
                  std::optional<std::size_t> bias, OnnxAttributes attributes = {}) {
  if (op.sizes(input).size() != 2)
    throw Untranslatable{"expected an input [n, features], found " +
                         c10::str(at::IntArrayRef(op.sizes(input))) +
                         "; put a torch::nn::Flatten before it"};
  if (matrix.values.dim() != 2)
    throw Untranslatable{"expected a matrix, found " + c10::str(matrix.values.sizes())};
  std::vector<std::string> inputs = {op.operand(input), op.initializer(matrix.values, "weight")};
  if (bias) inputs.push_back(op.operand(*bias));
  attributes.emplace_back("transB", std::int64_t(matrix.transposed));
  op.becomes("Gemm", inputs, attributes);
}

/// Arguments: input, weight, bias. The weight is [outputs, inputs].
void translate_linear(const Operation& op) {
  const auto bias = op.is_none(2) ? std::nullopt : std::optional<std::size_t>(2);
  becomes_gemm(op, 0, {op.weight(1), true}, bias);
}

/// Arguments: bias, input, matrix, factor of the bias, factor of the product.
void translate_addmm(const Operation& op) {
  becomes_gemm(op, 1, read_matrix(op, 2), 0,
               {{"beta", float(op.number(3))}, {"alpha", float(op.number(4))}});
}

/// Arguments: input, matrix.
void translate_matmul(const Operation& op) { becomes_gemm(op, 0, read_matrix(op, 1), {}); }

/// Only a weight's transpose has a translation: `read_matrix` looks through it.
void translate_transpose(const Operation& op) { op.weight(0); }

// --- The rest ---------------------------------------------------------------------------------

void translate_relu(const Operation& op) { op.becomes("Relu", {op.operand(0)}, {}); }

/// Arguments: input, dimension, type.
void translate_softmax(const Operation& op) {
  op.becomes("Softmax", {op.operand(0)}, {{"axis", op.argument(1).toInt()}});
}

/// Arguments: input, first and last of the dimensions that become one.
void translate_flatten(const Operation& op) {
  const std::int64_t rank = op.sizes(0).size();
  const std::int64_t first = op.argument(1).toInt();
  const std::int64_t last = op.argument(2).toInt();
  if ((first + rank) % rank != 1 || (last + rank) % rank != rank - 1)
    throw Untranslatable{"expected dimension 1 to the last to become one"};
  op.becomes("Flatten", {op.operand(0)}, {{"axis", std::int64_t(1)}});
}

/// Arguments: input, probability, whether training.
void translate_dropout(const Operation& op) {
  if (op.argument(2).toBool()) throw Untranslatable{"expected it to be off in evaluation mode"};
  op.becomes_nothing();
}

void translate_nothing(const Operation& op) { op.becomes_nothing(); }

/// Only the operand of another operation: that looks through it.
void translate_full(const Operation&) {}

/// The factor that sum and difference put before their second operand.
void expect_factor_one(const Operation& op) {
  if (op.number(2) != 1) throw Untranslatable{"expected alpha 1"};
}

void translate_add(const Operation& op) {
  expect_factor_one(op);
  op.becomes("Add", {op.operand(0), op.operand(1)}, {});
}

void translate_sub(const Operation& op) {
  expect_factor_one(op);
  op.becomes("Sub", {op.operand(0), op.operand(1)}, {});
}

void translate_reversed_sub(const Operation& op) {
  expect_factor_one(op);
  op.becomes("Sub", {op.operand(1), op.operand(0)}, {});
}

void translate_mul(const Operation& op) { op.becomes("Mul", {op.operand(0), op.operand(1)}, {}); }

void translate_div(const Operation& op) {
  if (op.argument_count() > 2 && !op.is_none(2)) throw Untranslatable{"expected no rounding_mode"};
  op.becomes("Div", {op.operand(0), op.operand(1)}, {});
}

using Translation = void (*)(const Operation&);

/// What can be exported.
const std::map<std::string_view, Translation>& translations() {
  static const std::map<std::string_view, Translation> table = {
      {"aten::_convolution", translate_convolution},
      {"aten::_convolution_mode", translate_convolution},
      {"aten::adaptive_avg_pool2d", translate_adaptive_average_pool},
      {"aten::add", translate_add},
      {"aten::addmm", translate_addmm},
      {"aten::alias", translate_nothing},
      {"aten::alpha_dropout", translate_dropout},
      {"aten::avg_pool2d", translate_average_pool},
      {"aten::batch_norm", translate_batch_norm},
      {"aten::clone", translate_nothing},
      {"aten::contiguous", translate_nothing},
      {"aten::conv1d", translate_convolution},
      {"aten::conv2d", translate_convolution},
      {"aten::convolution", translate_convolution},
      {"aten::detach", translate_nothing},
      {"aten::div", translate_div},
      {"aten::dropout", translate_dropout},
      {"aten::empty_like", translate_full},
      {"aten::feature_alpha_dropout", translate_dropout},
      {"aten::feature_dropout", translate_dropout},
      {"aten::flatten", translate_flatten},
      {"aten::full_like", translate_full},
      {"aten::linear", translate_linear},
      {"aten::matmul", translate_matmul},
      {"aten::max_pool2d", translate_max_pool},
      {"aten::max_pool2d_with_indices", translate_max_pool},
      {"aten::mm", translate_matmul},
      {"aten::mul", translate_mul},
      {"aten::relu", translate_relu},
      {"aten::rsub", translate_reversed_sub},
      {"aten::softmax", translate_softmax},
      {"aten::sub", translate_sub},
      {"aten::t", translate_transpose},
      {"aten::to", translate_nothing},
  };
  return table;
}

Translation find_translation(std::string_view name) {
  const auto found = translations().find(name);
  if (found != translations().end()) return found->second;
  if (name.ends_with('_') && translations().contains(name.substr(0, name.size() - 1)))
    throw Untranslatable{
        "it changes a tensor in place that others use too; use the operation that returns a new "
        "one"};

  std::string supported;
  for (const auto& [each, translation] : translations())
    supported += (supported.empty() ? "" : ", ") + std::string(each);
  throw Untranslatable{"no ONNX translation; supported are " + supported};
}

void translate_operation(const Operation& op) {
  const Translation translation = find_translation(op.name());
  const auto type = op.node().output(0)->type()->cast<c10::TensorType>();
  if (!type || type->scalarType() != torch::kFloat32)
    throw Untranslatable{"expected a float32 tensor as its result, found " +
                         op.node().output(0)->type()->str()};
  translation(op);
}

/// Whether the node only holds arguments of others.
bool is_argument(jit::Node& node) {
  return node.kind() == c10::prim::Constant || node.kind() == c10::prim::ListConstruct ||
         node.kind() == c10::prim::dtype;
}

}  // namespace

Result<void> translate(const Trace& trace, BatchShape sample, OnnxGraph& graph) {
  Progress progress{trace, graph, sample.at(0)};
  progress.names[trace.graph->inputs().at(0)] = graph.set_input(sample);
  for (jit::Node* node : trace.graph->nodes()) {
    if (is_argument(*node)) continue;
    // A batch norm that was folded has its name already.
    if (!node->outputs().empty() && progress.names.contains(node->output(0))) continue;
    const Operation op(progress, *node);
    try {
      translate_operation(op);
    } catch (const Untranslatable& reason) {
      return fail(op.description() + ": " + reason.why);
    } catch (const c10::Error& error) {
      return fail(op.description() + ": " + one_line(error.what_without_backtrace()));
    }
  }
  const jit::Value* output = trace.graph->outputs().at(0);
  const auto name = progress.names.find(output);
  if (name == progress.names.end())
    return fail("the network's output does not depend on its input");
  graph.set_output(name->second, sizes_of(output));
  return {};
}

}  // namespace numeral
