#include <torch_onnx/export.h>

#include "converters.h"

namespace torch_onnx {
namespace {

void convert_batch_norm(const Operation& op) {
  const BatchNorm norm = read_batch_norm(op);
  op.emit("BatchNormalization",
          {op.input(0), op.add_initializer(norm.weight, "weight"),
           op.add_initializer(norm.bias, "bias"), op.add_initializer(norm.mean, "running_mean"),
           op.add_initializer(norm.variance, "running_var")},
          {{"epsilon", float(norm.epsilon)}});
}

/// Arguments: input, normalized_shape, weight, bias, epsilon.
void convert_layer_norm(const Operation& op) {
  const Integers shape = op.argument(1).toIntVector();
  Names inputs = {op.input(0)};
  inputs.push_back(op.is_none(2) ? op.add_initializer(torch::ones(shape), "weight") : op.input(2));
  if (!op.is_none(3)) inputs.push_back(op.input(3));
  op.emit("LayerNormalization", inputs,
          {{"axis", -std::int64_t(shape.size())}, {"epsilon", float(op.number(4))}});
}

/// Multiplies and adds channel by channel, where arguments `weight` and `bias` are not None.
std::string add_affine(const Operation& op, std::string value, std::size_t weight,
                       std::size_t bias) {
  Integers sizes(op.rank() - 1, 1);
  sizes[0] = -1;
  const auto constant = [&](std::size_t index, const char* role) {
    const torch::Tensor tensor = op.weight(index);
    return op.add_initializer(op.initializer_name(tensor, role), tensor.view(sizes));
  };
  if (!op.is_none(weight)) value = op.add("Mul", {value, constant(weight, "weight")});
  if (!op.is_none(bias)) value = op.add("Add", {value, constant(bias, "bias")});
  return value;
}

/// Arguments: input, groups, weight, bias, epsilon. ONNX's GroupNormalization came with opset 18
/// and was corrected in 21. As in libtorch's own definition, each group is an instance's channel.
void convert_group_norm(const Operation& op) {
  const std::int64_t groups = op.integer(1);
  const std::string grouped = op.add("Reshape", {op.input(0), op.constant({0, groups, -1})});
  const std::string normal = op.add("InstanceNormalization",
                                    {grouped, op.add_initializer(torch::ones({groups}), "ones"),
                                     op.add_initializer(torch::zeros({groups}), "zeros")},
                                    {{"epsilon", float(op.number(4))}});
  const std::string restored = op.add("Reshape", {normal, op.size_input(op.output_extents())});
  op.set_result(add_affine(op, restored, 2, 3));
}

/// Arguments: input, weight, bias, running mean, running variance, use_input_stats, momentum,
/// epsilon.
void convert_instance_norm(const Operation& op) {
  if (!op.flag(5)) throw ExportError("expected an instance norm without running statistics");
  const std::int64_t channels = op.sizes(0)[1];
  const auto constant = [&](std::size_t index, const torch::Tensor& otherwise, const char* role) {
    return op.add_initializer(op.is_none(index) ? otherwise : op.weight(index), role);
  };
  op.emit("InstanceNormalization",
          {op.input(0), constant(1, torch::ones({channels}), "weight"),
           constant(2, torch::zeros({channels}), "bias")},
          {{"epsilon", float(op.number(7))}});
}

}  // namespace

BatchNorm read_batch_norm(const Operation& op) {
  if (op.flag(5) || op.is_none(3) || op.is_none(4))
    throw ExportError("expected a batch norm with running statistics");
  BatchNorm norm;
  norm.mean = op.weight(3);
  norm.variance = op.weight(4);
  norm.weight = op.is_none(1) ? torch::ones_like(norm.mean) : op.weight(1);
  norm.bias = op.is_none(2) ? torch::zeros_like(norm.mean) : op.weight(2);
  norm.epsilon = op.number(7);
  return norm;
}

Converters normalization_converters() {
  return {
      {"aten::batch_norm", convert_batch_norm},
      {"aten::group_norm", convert_group_norm},
      {"aten::instance_norm", convert_instance_norm},
      {"aten::layer_norm", convert_layer_norm},
  };
}

}  // namespace torch_onnx
