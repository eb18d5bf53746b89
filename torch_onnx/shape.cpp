#include <torch_onnx/export.h>

#include <algorithm>
#include <numeric>

#include "converters.h"

namespace torch_onnx {
namespace {

namespace jit = torch::jit;

using std::int64_t;

/// The same elements in other sizes: view, reshape, flatten, squeeze, ...
void convert_reshape(const Operation& op) { op.emit_reshaped(op.input(0), op.input_extents(0)); }

Integers identity_order(int64_t rank) {
  Integers order(rank);
  std::iota(order.begin(), order.end(), 0);
  return order;
}

void convert_permute(const Operation& op) {
  op.emit("Transpose", {op.input(0)}, {{"perm", op.dimensions(1)}});
}

/// Arguments: input, two dimensions.
void convert_transpose(const Operation& op) {
  Integers order = identity_order(op.rank());
  std::swap(order[op.dimension(1)], order[op.dimension(2)]);
  op.emit("Transpose", {op.input(0)}, {{"perm", order}});
}

/// t, numpy_T: all dimensions in reverse.
void convert_reverse(const Operation& op) {
  Integers order = identity_order(op.rank());
  std::reverse(order.begin(), order.end());
  op.emit("Transpose", {op.input(0)}, {{"perm", order}});
}

/// Arguments: tensors, dimension.
void convert_cat(const Operation& op) {
  const int64_t rank = std::ssize(op.output_sizes());
  const int64_t axis = op.integer(1);
  Names inputs = op.inputs(0);
  if (std::ranges::any_of(op.node().input(0)->node()->inputs(), [&](const jit::Value* value) {
        return type_of(value) != op.output_type();
      }))
    throw ExportError("expected tensors of one type");
  op.emit("Concat", inputs, {{"axis", axis < 0 ? axis + rank : axis}});
}

void convert_stack(const Operation& op) {
  const int64_t rank = std::ssize(op.output_sizes());
  const int64_t axis = op.integer(1) < 0 ? op.integer(1) + rank : op.integer(1);
  Names inputs = op.inputs(0);
  for (std::string& input : inputs) input = op.add("Unsqueeze", {input, op.constant({axis})});
  op.emit("Concat", inputs, {{"axis", axis}});
}

/// split, chunk, split_with_sizes: the pieces' sizes are those of the traced results. A dynamic
/// axis is split in pieces whose sizes follow it.
void convert_split(const Operation& op) {
  const int64_t axis = op.dimension(op.at("dim"));
  std::vector<Extent> pieces;
  jit::Node& unpack = *op.node().output(0)->uses().at(0).user;
  const std::size_t count = op.result_count();
  for (std::size_t i = 0; i < count; ++i)
    pieces.push_back(op.other(unpack).output_extents(i)[axis]);
  op.set_results(
      op.add_node("Split", {op.input(0), op.size_input(pieces)}, {{"axis", axis}}, count));
}

/// Arguments: input, dimension.
void convert_unbind(const Operation& op) {
  const int64_t axis = op.dimension(1);
  Names slices;
  for (int64_t i = 0; i < std::ssize(Integers(op.result_count())); ++i)
    slices.push_back(
        op.add("Gather", {op.input(0), op.scalar(double(i), torch::kInt64)}, {{"axis", axis}}));
  op.set_results(slices);
}

/// Arguments: input, dimension, start, end, step.
void convert_slice(const Operation& op) {
  if (op.output_extents() == op.input_extents(0)) return op.emit_nothing();
  const auto limit = [&](std::size_t index, int64_t otherwise) {
    return op.is_none(index) ? op.constant({otherwise}) : op.size_input(op.extents(index));
  };
  op.emit("Slice", {op.input(0), limit(2, 0), limit(3, std::numeric_limits<int64_t>::max()),
                    op.constant({op.dimension(1)}), op.constant({op.integer(4)})});
}

/// Arguments: input, dimension, start, length.
void convert_narrow(const Operation& op) {
  if (op.output_extents() == op.input_extents(0)) return op.emit_nothing();
  Extent end = op.extents(2).at(0);
  const Extent length = op.extents(3).at(0);
  for (std::size_t i = 0; i < end.size(); ++i) end[i] += length[i];
  op.emit("Slice", {op.input(0), op.size_input(op.extents(2)), op.size_input({end}),
                    op.constant({op.dimension(1)})});
}

/// Arguments: input, dimension, index.
void convert_select(const Operation& op) {
  op.emit("Gather", {op.input(0), op.input(2, torch::kInt64)}, {{"axis", op.dimension(1)}});
}

/// Arguments: input, dimension, indices.
Converter gather(std::string type) {
  return [=](const Operation& op) {
    op.emit(type, {op.input(0), op.input(2)}, {{"axis", op.dimension(1)}});
  };
}

/// Arguments: weight, indices.
void convert_embedding(const Operation& op) {
  op.emit("Gather", {op.input(0), op.input(1)}, {{"axis", int64_t(0)}});
}

/// expand, expand_as: operations that broadcast need no more than Expand.
void convert_expand(const Operation& op) {
  if (op.output_extents() == op.input_extents(0)) return op.emit_nothing();
  op.emit("Expand", {op.input(0), op.size_input(op.output_extents())});
}

/// Arguments: input, repeats; new dimensions come first.
void convert_repeat(const Operation& op) {
  const std::vector<Extent> repeats = op.extents(1);
  std::string input = op.input(0);
  if (const int64_t missing = std::ssize(repeats) - op.rank(); missing > 0)
    input = op.add("Unsqueeze", {input, op.constant(identity_order(missing))});
  op.emit("Tile", {input, op.size_input(repeats)});
}

/// Arguments: input, dimensions.
void convert_flip(const Operation& op) {
  const Integers axes = op.dimensions(1);
  const auto all = [&](int64_t value) { return op.constant(Integers(axes.size(), value)); };
  op.emit("Slice", {op.input(0), all(-1), all(std::numeric_limits<int64_t>::min()),
                    op.constant(axes), all(-1)});
}

/// ONNX's Pad of `pads` as ATen has them: two for each dimension, from the last one on.
void emit_pad(const Operation& op, const Integers& pads, const std::string& mode, double value) {
  const std::size_t rank = op.rank();
  Integers sorted(2 * rank, 0);
  for (std::size_t i = 0; i < pads.size() / 2; ++i) {
    sorted[rank - 1 - i] = pads[2 * i];
    sorted[2 * rank - 1 - i] = pads[2 * i + 1];
  }
  Names inputs = {op.input(0), op.constant(sorted)};
  if (mode == "constant") inputs.push_back(op.scalar(value, op.output_type()));
  op.emit("Pad", inputs, {{"mode", mode}});
}

Converter pad(std::string mode) {
  return [=](const Operation& op) {
    const double value = op.argument_count() > 2 && !op.is_none(2) ? op.number(2) : 0;
    emit_pad(op, op.argument(1).toIntVector(), mode, value);
  };
}

/// Arguments: input, pads, mode (libtorch's padding_mode), value.
void convert_pad_enum(const Operation& op) {
  const std::string modes[] = {"reflect", "edge", "wrap", "constant"};
  const int64_t mode = op.integer(2);
  if (mode < 0 || mode == 2 || mode > 3)
    throw ExportError("expected constant, reflect or replicate padding");
  emit_pad(op, op.argument(1).toIntVector(), modes[mode], op.is_none(3) ? 0 : op.number(3));
}

/// Arguments: input, factor.
void convert_pixel_shuffle(const Operation& op) {
  op.emit("DepthToSpace", {op.input(0)},
          {{"blocksize", op.integer(1)}, {"mode", std::string("CRD")}});
}

Converter triangle(bool upper) {
  return [=](const Operation& op) {
    op.emit("Trilu", {op.input(0), op.add_initializer("integer", torch::tensor(op.integer(1)))},
            {{"upper", int64_t(upper)}});
  };
}

/// A tensor of equal numbers whose size follows a dynamic axis.
void emit_filled(const Operation& op, double value) {
  op.emit("Expand", {op.scalar(value, op.output_type()), op.size_input(op.output_extents())});
}

Converter filled(double value) {
  return [=](const Operation& op) { emit_filled(op, value); };
}

/// full, full_like, new_full.
void convert_full(const Operation& op) { emit_filled(op, op.number(op.at("fill_value"))); }

/// An uninitialised tensor: only its size is used.
void convert_empty(const Operation& op) { emit_filled(op, 0); }

/// Overloads: end; start, end; start, end, step. The end follows a dynamic axis.
void convert_arange(const Operation& op) {
  const auto bound = [&](const std::string& name, double otherwise) {
    const auto index = op.node().schema().argumentIndexWithName(name);
    return index ? op.input(*index, op.output_type()) : op.scalar(otherwise, op.output_type());
  };
  op.emit("Range", {bound("start", 0), bound("end", 0), bound("step", 1)});
}

/// Arguments: indices, number of classes.
void convert_one_hot(const Operation& op) {
  const std::string values = op.add_initializer("integers", torch::tensor({0, 1}, torch::kInt64));
  op.emit("OneHot", {op.input(0), op.constant({op.output_sizes().back()}), values});
}

}  // namespace

Converters shape_converters() {
  return {
      {"aten::_pad_enum", convert_pad_enum},
      {"aten::_unsafe_view", convert_reshape},
      {"aten::arange", convert_arange},
      {"aten::cat", convert_cat},
      {"aten::chunk", convert_split},
      {"aten::constant_pad_nd", pad("constant")},
      {"aten::embedding", convert_embedding},
      {"aten::empty_like", convert_empty},
      {"aten::expand", convert_expand},
      {"aten::expand_as", convert_expand},
      {"aten::flatten", convert_reshape},
      {"aten::flip", convert_flip},
      {"aten::full", convert_full},
      {"aten::full_like", convert_full},
      {"aten::gather", gather("GatherElements")},
      {"aten::index_select", gather("Gather")},
      {"aten::narrow", convert_narrow},
      {"aten::numpy_T", convert_reverse},
      {"aten::one_hot", convert_one_hot},
      {"aten::ones", filled(1)},
      {"aten::ones_like", filled(1)},
      {"aten::permute", convert_permute},
      {"aten::pixel_shuffle", convert_pixel_shuffle},
      {"aten::reflection_pad1d", pad("reflect")},
      {"aten::reflection_pad2d", pad("reflect")},
      {"aten::repeat", convert_repeat},
      {"aten::replication_pad1d", pad("edge")},
      {"aten::replication_pad2d", pad("edge")},
      {"aten::reshape", convert_reshape},
      {"aten::select", convert_select},
      {"aten::slice", convert_slice},
      {"aten::split", convert_split},
      {"aten::split_with_sizes", convert_split},
      {"aten::squeeze", convert_reshape},
      {"aten::stack", convert_stack},
      {"aten::t", convert_reverse},
      {"aten::transpose", convert_transpose},
      {"aten::tril", triangle(false)},
      {"aten::triu", triangle(true)},
      {"aten::unbind", convert_unbind},
      {"aten::unflatten", convert_reshape},
      {"aten::unsqueeze", convert_reshape},
      {"aten::view", convert_reshape},
      {"aten::view_as", convert_reshape},
      {"aten::zeros", filled(0)},
      {"aten::zeros_like", filled(0)},
  };
}

}  // namespace torch_onnx
