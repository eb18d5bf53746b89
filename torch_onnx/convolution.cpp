#include <torch_onnx/export.h>

#include "converters.h"

namespace torch_onnx {
namespace {

namespace jit = torch::jit;

/// A batch norm in evaluation mode: per channel y = scale * x + shift, in float64.
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
    throw ExportError("expected a batch norm with running statistics");
  BatchNorm norm;
  norm.mean = op.weight(3);
  norm.variance = op.weight(4);
  norm.weight = op.is_none(1) ? torch::ones_like(norm.mean) : op.weight(1);
  norm.bias = op.is_none(2) ? torch::zeros_like(norm.mean) : op.weight(2);
  norm.epsilon = op.number(7);
  return norm;
}

/// The batch norm to fold into the convolution `op`: it must be the only user of the convolution's
/// result and use running statistics. Null if there is none.
jit::Node* find_foldable_batch_norm(const Operation& op) {
  const auto& uses = op.node().output(0)->uses();
  const bool fits = uses.size() == 1 && uses[0].offset == 0 &&
                    uses[0].user->kind() == c10::Symbol::fromQualString("aten::batch_norm");
  return fits && !op.other(*uses[0].user).argument(5).toBool() ? uses[0].user : nullptr;
}

/// ONNX's `pads`: the padding before each dimension, then the padding after each.
Integers convolution_pads(const Operation& op, std::size_t index, at::IntArrayRef kernel,
                          const Integers& dilations) {
  const std::size_t rank = kernel.size();
  const c10::IValue padding = op.argument(index);
  Integers before(rank, 0), after(rank, 0);
  if (!padding.isString()) {
    before = after = op.integers(index, rank);
  } else if (padding.toStringRef() == "same") {
    for (std::size_t i = 0; i < rank; ++i) {
      const std::int64_t total = dilations[i] * (kernel[i] - 1);
      before[i] = total / 2;
      after[i] = total - before[i];
    }
  }  // else "valid": none
  before.insert(before.end(), after.begin(), after.end());
  return before;
}

}  // namespace

/// Arguments: input, weight, bias, stride, padding, dilation; then groups (conv1d, conv2d and
/// _convolution_mode) or transposed, output padding, groups (convolution and _convolution).
void convert_convolution(const Operation& op) {
  const bool has_transposed = op.name().ends_with("convolution");
  if (has_transposed && op.argument(6).toBool())
    throw ExportError("expected a convolution, found a transposed one");
  torch::Tensor weight = op.weight(1);
  torch::Tensor bias = op.weight(2);
  const at::IntArrayRef kernel = weight.sizes().slice(2);
  const Integers dilations = op.integers(5, kernel.size());
  const OnnxAttributes attributes = {{"kernel_shape", kernel.vec()},
                                     {"strides", op.integers(3, kernel.size())},
                                     {"pads", convolution_pads(op, 4, kernel, dilations)},
                                     {"dilations", dilations},
                                     {"group", op.argument(has_transposed ? 8 : 6).toInt()}};

  // Folding keeps the names of the convolution's own parameters.
  const std::string weight_name = op.initializer_name(weight, "weight");
  const std::string bias_name =
      bias.defined() ? op.initializer_name(bias, "bias")
                     : weight_name.substr(0, weight_name.find_last_of('.') + 1) + "bias";
  jit::Node* norm_node = find_foldable_batch_norm(op);
  if (norm_node != nullptr) {
    const BatchNorm norm = read_batch_norm(op.other(*norm_node));
    const torch::Tensor scale = norm.scale();
    Integers per_channel(weight.dim(), 1);
    per_channel[0] = -1;
    weight = weight.to(torch::kFloat64) * scale.view(per_channel);
    bias = bias.defined() ? bias.to(torch::kFloat64) * scale + norm.shift() : norm.shift();
  }
  std::vector<std::string> inputs = {op.input(0), op.add_initializer(weight_name, weight)};
  if (bias.defined()) inputs.push_back(op.add_initializer(bias_name, bias));
  op.emit("Conv", inputs, attributes, norm_node);
}

void convert_batch_norm(const Operation& op) {
  const BatchNorm norm = read_batch_norm(op);
  op.emit("BatchNormalization",
          {op.input(0), op.add_initializer(norm.weight, "weight"),
           op.add_initializer(norm.bias, "bias"), op.add_initializer(norm.mean, "running_mean"),
           op.add_initializer(norm.variance, "running_var")},
          {{"epsilon", float(norm.epsilon)}});
}

}  // namespace torch_onnx
