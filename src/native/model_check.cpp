#include "native/model_check.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace numeral {
namespace {

/// More than any such model needs, and so small that products of sizes do not overflow.
constexpr std::uint32_t kMaxNodeLimit = 100'000;
constexpr std::int64_t kMaxSize = 1 << 24;
/// Of kernel sizes, strides, dilations, padding and groups.
constexpr std::int64_t kMaxWindowValue = 256;

constexpr int kFloat32 = 1;  ///< ONNX's number of the type

/// Bytes per element of ONNX's types, by their numbers; 0 where the size is not fixed.
std::size_t element_size(int type) {
  constexpr std::array<std::size_t, 17> kSizes{0, 4, 1, 1, 2, 2, 4, 8, 0, 1, 2, 8, 4, 8, 0, 0, 2};
  return type >= 0 && std::size_t(type) < kSizes.size() ? kSizes[std::size_t(type)] : 0;
}

std::string in_quotes(std::string_view name) { return "\"" + std::string(name) + "\""; }

bool is_convolution(const OrtNode& node) {
  return node.op_type == "Conv" || node.op_type == "FusedConv";
}

/// Checks one model. Each check relies on those before it.
class Checker {
 public:
  Checker(const OrtModel& model, const ModelCard& card) : model_(model), card_(card) {}

  Result<void> check() {
    return check_values()
        .and_then([&] { return check_initializers(); })
        .and_then([&] { return check_signature(); })
        .and_then([&] { return check_nodes(); })
        .and_then([&] { return check_edges(); })
        .and_then([&] { return check_order(); });
  }

 private:
  Result<void> check_values();
  Result<void> check_initializers();
  Result<void> check_initializer(const OrtTensor& tensor) const;
  Result<void> check_signature();
  Result<void> check_nodes();
  Result<void> check_node(const OrtNode& node) const;
  Result<void> check_attributes(const OrtNode& node) const;
  Result<void> check_edges();
  Result<void> check_order();

  /// Whether `names` is only `name`, a float32 tensor of shape [N, `sizes`...].
  bool is_batch_of(const std::vector<std::string>& names, const char* name,
                   const OrtShape& sizes) const;

  const OrtModel& model_;
  const ModelCard& card_;
  std::unordered_map<std::string_view, const OrtValue*> values_;
  /// The initializers and the model's input: values that no node computes.
  std::set<std::string_view> given_;
  /// The node that computes each other value, and the index of its output.
  std::unordered_map<std::string_view, std::pair<std::uint32_t, std::int32_t>> producers_;
};

Result<void> Checker::check_values() {
  for (const OrtValue& value : model_.values) {
    if (!values_.emplace(value.name, &value).second)
      return fail("there are two values " + in_quotes(value.name));
    if (value.shape)
      for (const std::int64_t size : *value.shape)
        if (size != kAnySize && (size < 0 || size > kMaxSize))
          return fail("value " + in_quotes(value.name) + " has a size of " + std::to_string(size));
  }
  return {};
}

Result<void> Checker::check_initializer(const OrtTensor& tensor) const {
  const auto value = values_.find(tensor.name);
  if (value == values_.end() || value->second->element_type != tensor.element_type ||
      value->second->shape != tensor.shape)
    return fail("initializer " + in_quotes(tensor.name) + " is not what it is declared as");
  std::size_t bytes = element_size(tensor.element_type);
  if (bytes == 0) return fail("initializer " + in_quotes(tensor.name) + " has an unknown type");
  for (const std::int64_t size : tensor.shape) {
    // No overflow: a size is at most 2^24, and the product stops once it is too large.
    bytes *= std::size_t(size);
    if (bytes > tensor.bytes) break;
  }
  if (bytes != tensor.bytes)
    return fail("initializer " + in_quotes(tensor.name) + " has " + std::to_string(tensor.bytes) +
                " bytes, which is not what its shape takes");
  return {};
}

Result<void> Checker::check_initializers() {
  for (const OrtTensor& tensor : model_.initializers) {
    if (!given_.insert(tensor.name).second)
      return fail("there are two initializers " + in_quotes(tensor.name));
    if (auto fine = check_initializer(tensor); !fine) return fine;
  }
  return {};
}

bool Checker::is_batch_of(const std::vector<std::string>& names, const char* name,
                          const OrtShape& sizes) const {
  const auto value = values_.find(name);
  if (names != std::vector<std::string>{name} || value == values_.end()) return false;
  const auto& [_, element_type, shape] = *value->second;
  return element_type == kFloat32 && shape && shape->size() == sizes.size() + 1 &&
         ((*shape)[0] == kAnySize || (*shape)[0] == 1) &&
         std::equal(sizes.begin(), sizes.end(), shape->begin() + 1);
}

Result<void> Checker::check_signature() {
  const auto labels = std::int64_t(card_.labels.size());
  if (!is_batch_of(model_.inputs, kInputName, {1, kInputSize, kInputSize}))
    return fail("it does not fit its card: its input is not \"image\", float32 [N, 1, 28, 28]");
  if (!is_batch_of(model_.outputs, kOutputName, {labels}))
    return fail("it does not fit its card: its output is not \"probabilities\", float32 [N, " +
                std::to_string(labels) + "]");
  if (!given_.insert(kInputName).second) return fail("its input is an initializer");
  return {};
}

/// The number of inputs that the operator requires.
std::size_t required_inputs(const OrtNode& node) {
  const bool has_weights =
      is_convolution(node) || node.op_type == "Gemm" || node.op_type == "MatMul";
  return has_weights ? 2 : 1;
}

/// Checks the attributes of a sliding window, whatever the operator: their values, and that there
/// are as many as it has spatial dimensions. Those are taken from the attributes where not given.
Result<void> check_window(const OrtNode& node, std::optional<std::size_t> dimensions) {
  for (const OrtAttribute& attribute : node.attributes) {
    const bool is_padding = attribute.name == "pads";
    const bool is_window = is_padding || attribute.name == "kernel_shape" ||
                           attribute.name == "strides" || attribute.name == "dilations";
    if (!is_window && attribute.name != "group") continue;
    for (const std::int64_t value : attribute.integers)
      if (value < (is_padding ? 0 : 1) || value > kMaxWindowValue)
        return fail(in_quotes(attribute.name) + " is " + std::to_string(value));
    const std::size_t count = attribute.integers.size();
    if (count == 0) return fail(in_quotes(attribute.name) + " has no numbers");
    if (!is_window) continue;
    if (!dimensions) dimensions = is_padding ? count / 2 : count;
    if (count != (is_padding ? 2 : 1) * *dimensions)
      return fail(in_quotes(attribute.name) + " has " + std::to_string(count) + " numbers");
  }
  return {};
}

Result<void> Checker::check_attributes(const OrtNode& node) const {
  std::set<std::string_view> names;
  for (const OrtAttribute& attribute : node.attributes)
    if (!names.insert(attribute.name).second)
      return fail("there are two attributes " + in_quotes(attribute.name));
  if (!is_convolution(node)) return check_window(node, std::nullopt);

  const std::optional<OrtShape>& weights = values_.at(node.inputs[1])->shape;
  if (!weights || weights->size() < 3) return fail("its weights are none of a convolution");
  const std::string bias = node.inputs.size() > 2 ? node.inputs[2] : "";
  if (!bias.empty() && values_.at(bias)->shape != OrtShape{weights->front()})
    return fail("its bias does not fit its weights");
  return check_window(node, weights->size() - 2);
}

Result<void> Checker::check_node(const OrtNode& node) const {
  const std::string domain = node.domain.empty() ? "ai.onnx" : node.domain;
  const std::string name = domain + ";" + std::to_string(node.since_version) + ";" + node.op_type;
  if (std::find(card_.operators.begin(), card_.operators.end(), name) == card_.operators.end())
    return fail("it does not fit its card: operator " + name + " is not among the card's");
  if (node.index >= model_.node_limit) return fail("its index is too large");

  for (const auto* names : {&node.inputs, &node.outputs})
    for (const std::string& value : *names)
      if (!values_.contains(value)) return fail("there is no value " + in_quotes(value));
  const std::size_t required = required_inputs(node);
  if (node.inputs.size() < required || node.outputs.empty() ||
      std::count(node.inputs.begin(), node.inputs.begin() + std::ptrdiff_t(required), "") > 0)
    return fail("it lacks an input or an output");
  return check_attributes(node);
}

Result<void> Checker::check_nodes() {
  if (model_.node_limit > kMaxNodeLimit) return fail("it has too many nodes");
  std::set<std::uint32_t> indices;
  for (const OrtNode& node : model_.nodes) {
    if (auto fine = check_node(node); !fine)
      return fail("node " + in_quotes(node.name) + ": " + fine.error().message);
    if (!indices.insert(node.index).second)
      return fail("two nodes have the index " + std::to_string(node.index));
    for (std::size_t i = 0; i < node.outputs.size(); ++i) {
      const std::string& output = node.outputs[i];
      if (output.empty()) continue;
      if (given_.contains(output) ||
          !producers_.emplace(output, std::pair(node.index, int(i))).second)
        return fail("value " + in_quotes(output) + " comes from two places");
    }
  }
  return {};
}

Result<void> Checker::check_edges() {
  std::vector<OrtEdge> expected;
  for (const OrtNode& node : model_.nodes) {
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      const std::string& input = node.inputs[i];
      if (input.empty() || given_.contains(input)) continue;
      const auto source = producers_.find(input);
      if (source == producers_.end())
        return fail("value " + in_quotes(input) + " comes from nowhere");
      const auto& [from, output] = source->second;
      expected.push_back({from, output, node.index, int(i)});
    }
  }
  if (!producers_.contains(kOutputName)) return fail("its output comes from no node");
  std::sort(expected.begin(), expected.end());
  for (const auto* edges : {&model_.edges_in, &model_.edges_out}) {
    std::vector<OrtEdge> found = *edges;
    std::sort(found.begin(), found.end());
    if (found != expected) return fail("its edges are not those between its nodes");
  }
  return {};
}

/// Checks that the graph has no cycles (topological sort).
Result<void> Checker::check_order() {
  std::unordered_map<std::uint32_t, std::size_t> missing_inputs;
  std::multimap<std::uint32_t, std::uint32_t> next;
  for (const OrtNode& node : model_.nodes) missing_inputs[node.index] = 0;
  for (const OrtEdge& edge : model_.edges_in) {
    ++missing_inputs[edge.to];
    next.emplace(edge.from, edge.to);
  }
  std::vector<std::uint32_t> ready;
  for (const auto& [node, count] : missing_inputs)
    if (count == 0) ready.push_back(node);
  for (std::size_t i = 0; i < ready.size(); ++i) {
    const auto [begin, end] = next.equal_range(ready[i]);
    for (auto edge = begin; edge != end; ++edge)
      if (--missing_inputs[edge->second] == 0) ready.push_back(edge->second);
  }
  if (ready.size() != model_.nodes.size()) return fail("its nodes wait for one another");
  return {};
}

}  // namespace

Result<void> check_attributes(const std::vector<OrtNode>& nodes) {
  for (const OrtNode& node : nodes)
    if (auto fine = check_window(node, std::nullopt); !fine)
      return fail("node " + in_quotes(node.name) + ": " + fine.error().message);
  return {};
}

Result<void> check_model(const OrtModel& model, const ModelCard& card) {
  return Checker(model, card).check();
}

}  // namespace numeral
