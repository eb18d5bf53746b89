#include <torch_onnx/export.h>

#include "converters.h"

namespace torch_onnx {
namespace {

namespace jit = torch::jit;

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

/// Arguments: input, weight, bias, stride, padding, dilation, transposed, output padding, groups.
/// Batch norms are not folded into it: its channels are the weight's second dimension, group by
/// group.
void emit_transposed(const Operation& op) {
  const std::size_t rank = op.weight(1).dim() - 2;
  Integers pads = op.integers(4, rank);
  pads.insert(pads.end(), pads.begin(), pads.begin() + std::ptrdiff_t(rank));
  Names inputs = {op.input(0), op.add_initializer(op.weight(1), "weight")};
  if (!op.is_none(2)) inputs.push_back(op.add_initializer(op.weight(2), "bias"));
  op.emit("ConvTranspose", inputs,
          {{"kernel_shape", op.weight(1).sizes().slice(2).vec()},
           {"strides", op.integers(3, rank)},
           {"pads", pads},
           {"dilations", op.integers(5, rank)},
           {"output_padding", op.integers(7, rank)},
           {"group", op.integer(8)}});
}

/// Arguments: input, weight, bias, stride, padding, dilation; then groups (_convolution_mode) or
/// transposed, output padding, groups (_convolution).
void convert_convolution(const Operation& op) {
  const bool has_transposed = op.name() == "aten::_convolution";
  if (has_transposed && op.flag(6)) return emit_transposed(op);
  torch::Tensor weight = op.weight(1);
  if (op.rank() != weight.dim())
    throw ExportError("expected an input with a batch dimension, found " +
                      c10::str(at::IntArrayRef(op.sizes(0))));
  torch::Tensor bias = op.weight(2);
  const at::IntArrayRef kernel = weight.sizes().slice(2);
  const Integers dilations = op.integers(5, kernel.size());
  const OnnxAttributes attributes = {{"kernel_shape", kernel.vec()},
                                     {"strides", op.integers(3, kernel.size())},
                                     {"pads", convolution_pads(op, 4, kernel, dilations)},
                                     {"dilations", dilations},
                                     {"group", op.integer(has_transposed ? 8 : 6)}};

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
  Names inputs = {op.input(0), op.add_initializer(weight_name, weight)};
  if (bias.defined()) inputs.push_back(op.add_initializer(bias_name, bias));
  op.emit("Conv", inputs, attributes, norm_node);
}

}  // namespace

Converters convolution_converters() {
  // The tracer records all convolutions as one of these.
  return {
      {"aten::_convolution", convert_convolution},
      {"aten::_convolution_mode", convert_convolution},
  };
}

}  // namespace torch_onnx
