#include <torch_onnx/export.h>

#include "converters.h"

namespace torch_onnx {
namespace {

/// How ONNX names a recurrent layer, and which of libtorch's gates it has at each place.
struct Cell {
  std::string type;
  std::vector<std::int64_t> gates;
  bool has_cell_state = false;
};

/// The rows of `weight`, gate by gate in ONNX's order.
torch::Tensor reorder(const torch::Tensor& weight, const Cell& cell) {
  const auto gates = weight.chunk(std::ssize(cell.gates), 0);
  Tensors ordered;
  for (const std::int64_t gate : cell.gates) ordered.push_back(gates[gate]);
  return torch::cat(ordered, 0);
}

/// Arguments: input, state(s), weights, has_biases, layers, dropout, train, bidirectional,
/// batch_first. Each layer is one ONNX node; ONNX's sequences come first, then the batch.
void convert_recurrent(const Operation& op, const Cell& cell) {
  const bool has_biases = op.flag(3), bidirectional = op.flag(7), batch_first = op.flag(8);
  const std::int64_t layers = op.integer(4), directions = bidirectional ? 2 : 1;
  if (op.rank() != 3) throw ExportError("expected an input with a batch dimension");
  const Tensors weights = op.argument(2).toTensorVector();
  const std::size_t per_direction = has_biases ? 4 : 2;
  if (std::ssize(weights) != layers * directions * std::int64_t(per_direction))
    throw ExportError("expected no projection (proj_size)");
  const std::int64_t hidden = weights[1].size(1);
  const Names states = cell.has_cell_state ? op.inputs(1) : Names{op.input(1)};

  OnnxAttributes attributes = {{"hidden_size", hidden}};
  if (cell.type == "GRU") attributes.emplace_back("linear_before_reset", std::int64_t(1));
  if (bidirectional) attributes.emplace_back("direction", std::string("bidirectional"));
  const auto transposed = [&](const std::string& value, const Integers& order) {
    return op.add("Transpose", {value}, {{"perm", order}});
  };

  std::string value = batch_first ? transposed(op.input(0), {1, 0, 2}) : op.input(0);
  std::vector<Names> last(states.size());  // the last states of each layer
  for (std::int64_t layer = 0; layer < layers; ++layer) {
    Tensors input_weights, hidden_weights, biases;
    for (std::int64_t direction = 0; direction < directions; ++direction) {
      const torch::Tensor* parts = &weights[(layer * directions + direction) * per_direction];
      input_weights.push_back(reorder(parts[0], cell));
      hidden_weights.push_back(reorder(parts[1], cell));
      if (has_biases)
        biases.push_back(torch::cat({reorder(parts[2], cell), reorder(parts[3], cell)}));
    }
    const auto stacked = [&](const Tensors& tensors, const char* role) {
      return op.add_initializer(torch::stack(tensors), role + std::to_string(layer));
    };
    Names inputs = {value, stacked(input_weights, "weight_input_"),
                    stacked(hidden_weights, "weight_hidden_"),
                    has_biases ? stacked(biases, "bias_") : "", ""};
    for (const std::string& state : states)
      inputs.push_back(
          op.add("Slice", {state, op.constant({layer * directions}),
                           op.constant({(layer + 1) * directions}), op.constant({0})}));
    const Names results = op.add_node(cell.type, inputs, attributes, 1 + states.size());
    for (std::size_t i = 0; i < states.size(); ++i) last[i].push_back(results[i + 1]);
    // From [sequence, direction, batch, hidden] to [sequence, batch, direction * hidden].
    value = op.add("Reshape", {transposed(results[0], {0, 2, 1, 3}),
                               op.constant({0, 0, directions * hidden})});
  }
  Names results = {batch_first ? transposed(value, {1, 0, 2}) : value};
  for (const Names& states_of_layers : last)
    results.push_back(op.add("Concat", states_of_layers, {{"axis", std::int64_t(0)}}));
  op.set_results(results);
}

Converter recurrent(Cell cell) {
  return [=](const Operation& op) {
    if (op.node().schema().overload_name() == "data")
      throw ExportError("expected no packed sequences");
    convert_recurrent(op, cell);
  };
}

}  // namespace

Converters recurrent_converters() {
  // libtorch's gates: input, forget, cell, output; reset, update, new. ONNX's: input, output,
  // forget, cell; update, reset, new.
  return {
      {"aten::gru", recurrent({"GRU", {1, 0, 2}})},
      {"aten::lstm", recurrent({"LSTM", {0, 3, 1, 2}, true})},
      {"aten::rnn_tanh", recurrent({"RNN", {0}})},
  };
}

}  // namespace torch_onnx
