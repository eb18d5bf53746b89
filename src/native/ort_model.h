#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/error.h"

namespace numeral {

/// The sizes of a tensor. A dynamic size is kAnySize.
using OrtShape = std::vector<std::int64_t>;
inline constexpr std::int64_t kAnySize = -1;

/// A constant tensor in the model, such as weights.
struct OrtTensor {
  std::string name;
  int element_type = 0;  ///< TensorProto::DataType
  OrtShape shape;
  std::size_t bytes = 0;  ///< size of its data in the file
};

/// The declared type and shape of a tensor that the model contains or computes.
struct OrtValue {
  std::string name;
  int element_type = 0;
  std::optional<OrtShape> shape;
};

/// An attribute of a node.
struct OrtAttribute {
  std::string name;
  std::vector<std::int64_t> integers;  ///< empty where its type is not INT or INTS
};

/// An operation in the graph.
struct OrtNode {
  std::string name;
  std::uint32_t index = 0;
  std::string domain, op_type;
  std::int32_t since_version = 0;
  std::vector<std::string> inputs, outputs;  ///< names of values; "" for an optional one left out
  std::vector<OrtAttribute> attributes;
};

/// Connects an output of one node to an input of another.
struct OrtEdge {
  std::uint32_t from = 0;  ///< a node's index
  std::int32_t output = 0;
  std::uint32_t to = 0;
  std::int32_t input = 0;

  auto operator<=>(const OrtEdge&) const = default;
};

/// A model in ONNX Runtime's own format ("ORT format"), as far as check_model needs it.
struct OrtModel {
  std::vector<OrtTensor> initializers;
  std::vector<OrtValue> values;
  std::vector<OrtNode> nodes;
  std::uint32_t node_limit = 0;              ///< every node's index is less than this
  std::vector<OrtEdge> edges_in, edges_out;  ///< the same edges, stored with either node
  std::vector<std::string> inputs, outputs;  ///< of the whole model
};

/// Parses a model in ORT format. Fails where a required field is missing or lies outside of the
/// file, and on features that the project's models do not use: external data, sparse tensors,
/// subgraphs and runtime optimisations.
Result<OrtModel> parse_ort_model(std::span<const std::uint8_t> bytes);

}  // namespace numeral
