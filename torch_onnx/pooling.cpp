#include <torch_onnx/export.h>

#include <algorithm>

#include "converters.h"

namespace torch_onnx {
namespace {

namespace jit = torch::jit;

/// The first arguments of every pooling.
struct Pooling {
  Integers kernel, strides, padding;
};

/// The number of dimensions that are pooled: the digit in the name ("max_pool2d").
std::size_t spatial_rank(const Operation& op) {
  const std::string name = op.name();
  return name[name.find_first_of("123")] - '0';
}

/// Arguments: input, kernel, stride (empty: the kernel's size), padding.
Pooling read_pooling(const Operation& op, std::size_t rank) {
  Pooling pooling;
  pooling.kernel = op.integers(1, rank);
  const c10::IValue strides = op.argument(2);
  const bool default_stride = strides.isIntList() && strides.toIntVector().empty();
  pooling.strides = default_stride ? pooling.kernel : op.integers(2, rank);
  pooling.padding = op.integers(3, rank);
  return pooling;
}

/// ONNX's `pads`: the padding before the dimensions, then the padding after them. With ceil_mode
/// libtorch's last windows may reach beyond the padded input; the padding after it is extended to
/// that. ONNX's own ceil_mode is not used: its meaning has changed between versions.
Integers pooling_pads(const Operation& op, const Pooling& pooling, const Integers& dilations) {
  const std::size_t rank = pooling.kernel.size();
  const std::vector<Extent> input = op.input_extents(0);
  const std::vector<Extent> output = op.output_extents();
  Integers pads = pooling.padding;
  for (std::size_t i = 0; i < rank; ++i) {
    Extent after;
    for (std::size_t trace = 0; trace < output[0].size(); ++trace) {
      const std::int64_t reach =
          (output[output.size() - rank + i][trace] - 1) * pooling.strides[i] +
          (pooling.kernel[i] - 1) * dilations[i] + 1;
      const std::int64_t size = input[input.size() - rank + i][trace];
      after.push_back(std::max(pooling.padding[i], reach - size - pooling.padding[i]));
    }
    if (!is_fixed(after)) throw ExportError("expected ceil_mode or a dynamic axis, found both");
    pads.push_back(after[0]);
  }
  return pads;
}

/// Arguments: input, kernel, stride, padding, dilation, ceil_mode.
void convert_max_pool(const Operation& op) {
  for (const jit::Value* extra : op.node().outputs().slice(1))
    if (extra->hasUses()) throw ExportError("expected the indices of the maxima to be unused");
  const std::size_t rank = spatial_rank(op);
  const Pooling pooling = read_pooling(op, rank);
  const Integers dilations = op.integers(4, rank);
  op.emit("MaxPool", {op.input(0)},
          {{"kernel_shape", pooling.kernel},
           {"strides", pooling.strides},
           {"pads", pooling_pads(op, pooling, dilations)},
           {"dilations", dilations}});
}

/// Arguments: input, kernel, stride, padding, ceil_mode, count_include_pad, divisor_override.
void convert_average_pool(const Operation& op) {
  if (op.has("divisor_override")) throw ExportError("expected no divisor_override");
  const std::size_t rank = spatial_rank(op);
  const Pooling pooling = read_pooling(op, rank);
  const Integers pads = pooling_pads(op, pooling, Integers(rank, 1));
  const bool padded = pooling.padding != Integers(rank, 0);
  const bool count_include_pad = padded && op.flag(5);
  // libtorch never counts what ceil_mode adds beyond the padding. ONNX would count it as padding.
  if (count_include_pad && !std::equal(pads.begin() + rank, pads.end(), pooling.padding.begin()))
    throw ExportError("expected ceil_mode or padding that counts, found both");
  op.emit("AveragePool", {op.input(0)},
          {{"kernel_shape", pooling.kernel},
           {"strides", pooling.strides},
           {"pads", pads},
           {"count_include_pad", std::int64_t(count_include_pad)}});
}

/// Arguments: input, output size. `type`: "AveragePool" or "MaxPool".
Converter adaptive_pool(std::string type) {
  return [=](const Operation& op) {
    const std::size_t rank = spatial_rank(op);
    const std::vector<Extent> input = op.input_extents(0);
    const Integers output = op.output_sizes();
    if (std::all_of(output.end() - rank, output.end(), [](auto size) { return size == 1; }))
      return op.emit("Global" + type, {op.input(0)});
    Integers kernel;
    for (std::size_t i = input.size() - rank; i < input.size(); ++i) {
      if (!is_fixed(input[i])) throw ExportError("expected fixed sizes, or an output size of 1");
      if (output[i] == 0 || input[i][0] % output[i] != 0)
        throw ExportError("expected an output size that divides the input's, found " +
                          c10::str(at::IntArrayRef(output).slice(2)) + " from " +
                          c10::str(at::IntArrayRef(op.sizes(0)).slice(2)));
      kernel.push_back(input[i][0] / output[i]);
    }
    op.emit(type, {op.input(0)}, {{"kernel_shape", kernel}, {"strides", kernel}});
  };
}

/// The upsamplings: `mode` is "nearest" or "linear". The output's sizes are either the input's
/// times a factor, or known.
Converter resize(std::string mode) {
  return [=](const Operation& op) {
    const std::vector<Extent> input = op.input_extents(0);
    const std::vector<Extent> output = op.output_extents();
    const bool align_corners = op.has("align_corners") && op.flag(op.at("align_corners"));
    std::vector<float> factors;
    bool scaled = true;
    for (std::size_t i = 0; i < input.size(); ++i) {
      factors.push_back(float(output[i][0]) / float(input[i][0]));
      for (std::size_t trace = 0; trace < input[i].size(); ++trace)
        scaled &= output[i][trace] * input[i][0] == input[i][trace] * output[i][0];
    }
    const std::string coordinates = mode == "nearest" ? "asymmetric"
                                    : align_corners   ? "align_corners"
                                                      : "pytorch_half_pixel";
    OnnxAttributes attributes = {{"mode", mode}, {"coordinate_transformation_mode", coordinates}};
    if (mode == "nearest") attributes.emplace_back("nearest_mode", std::string("floor"));
    Names inputs = {op.input(0), ""};
    inputs.push_back(scaled ? op.add_initializer(torch::tensor(factors), "scales") : "");
    if (!scaled) inputs.push_back(op.size_input(output));
    op.emit("Resize", inputs, attributes);
  };
}

}  // namespace

Converters pooling_converters() {
  return {
      {"aten::adaptive_avg_pool1d", adaptive_pool("AveragePool")},
      {"aten::adaptive_avg_pool2d", adaptive_pool("AveragePool")},
      {"aten::adaptive_max_pool1d", adaptive_pool("MaxPool")},
      {"aten::adaptive_max_pool2d", adaptive_pool("MaxPool")},
      {"aten::avg_pool1d", convert_average_pool},
      {"aten::avg_pool2d", convert_average_pool},
      {"aten::avg_pool3d", convert_average_pool},
      {"aten::max_pool1d", convert_max_pool},
      {"aten::max_pool2d", convert_max_pool},
      {"aten::max_pool2d_with_indices", convert_max_pool},
      {"aten::max_pool3d", convert_max_pool},
      {"aten::upsample_bilinear2d", resize("linear")},
      {"aten::upsample_linear1d", resize("linear")},
      {"aten::upsample_nearest1d", resize("nearest")},
      {"aten::upsample_nearest2d", resize("nearest")},
  };
}

}  // namespace torch_onnx
