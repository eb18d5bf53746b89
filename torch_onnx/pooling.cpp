#include <torch_onnx/export.h>

#include <algorithm>

#include "converters.h"

namespace torch_onnx {
namespace {

namespace jit = torch::jit;

/// The first arguments of every two-dimensional pooling.
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

/// ONNX's `pads`: the padding before both dimensions, then the padding after both. With ceil_mode
/// libtorch's last windows may reach beyond the padded input; the padding after it is extended to
/// that. ONNX's own ceil_mode is not used: its meaning has changed between versions.
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

}  // namespace

/// Arguments: input, kernel, stride, padding, dilation, ceil_mode.
void convert_max_pool(const Operation& op) {
  for (const jit::Value* extra : op.node().outputs().slice(1))
    if (extra->hasUses()) throw ExportError("expected the indices of the maxima to be unused");
  const Pooling pooling = read_pooling(op);
  const Integers dilations = op.integers(4, 2);
  op.emit("MaxPool", {op.input(0)},
          {{"kernel_shape", pooling.kernel},
           {"strides", pooling.strides},
           {"pads", pooling_pads(op, pooling, dilations)},
           {"dilations", dilations}});
}

/// Arguments: input, kernel, stride, padding, ceil_mode, count_include_pad, divisor_override.
void convert_average_pool(const Operation& op) {
  if (!op.is_none(6)) throw ExportError("expected no divisor_override");
  const Pooling pooling = read_pooling(op);
  const Integers pads = pooling_pads(op, pooling, {1, 1});
  const bool padded = pooling.padding != Integers{0, 0};
  const bool count_include_pad = padded && op.argument(5).toBool();
  // libtorch never counts what ceil_mode adds beyond the padding. ONNX would count it as padding.
  if (count_include_pad && !std::equal(pads.begin() + 2, pads.end(), pooling.padding.begin()))
    throw ExportError("expected ceil_mode or padding that counts, found both");
  op.emit("AveragePool", {op.input(0)},
          {{"kernel_shape", pooling.kernel},
           {"strides", pooling.strides},
           {"pads", pads},
           {"count_include_pad", std::int64_t(count_include_pad)}});
}

/// Arguments: input, output size.
void convert_adaptive_average_pool(const Operation& op) {
  const Integers input = op.sizes(0);
  const Integers output = op.output_sizes();
  Integers kernel;
  for (std::size_t i = input.size() - 2; i < input.size(); ++i) {
    if (output[i] == 0 || input[i] % output[i] != 0)
      throw ExportError("expected an output size that divides the input's, found " +
                        c10::str(at::IntArrayRef(output).slice(2)) + " from " +
                        c10::str(at::IntArrayRef(input).slice(2)));
    kernel.push_back(input[i] / output[i]);
  }
  if (output[input.size() - 2] == 1 && output.back() == 1) {
    op.emit("GlobalAveragePool", {op.input(0)});
  } else {
    op.emit("AveragePool", {op.input(0)}, {{"kernel_shape", kernel}, {"strides", kernel}});
  }
}

}  // namespace torch_onnx
