#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/error.h"

namespace numeral {

/// Sizes of a tensor. One that the model leaves open is kAnySize.
using OrtShape = std::vector<std::int64_t>;
inline constexpr std::int64_t kAnySize = -1;

/// A tensor that the model contains: weights, say.
struct OrtTensor {
  std::string name;
  int element_type = 0;  ///< as ONNX numbers them
  OrtShape shape;
  std::size_t bytes = 0;  ///< how long its data in the file are
};

/// What the model says about a tensor that it contains or computes.
struct OrtValue {
  std::string name;
  int element_type = 0;
  std::optional<OrtShape> shape;
};

/// A setting of a node.
struct OrtAttribute {
  std::string name;
  std::vector<std::int64_t> integers;  ///< one or several; none where it is something else
};

/// An operation.
struct OrtNode {
  std::string name;
  std::uint32_t index = 0;
  std::string domain, op_type;
  std::int32_t since_version = 0;
  std::vector<std::string> inputs, outputs;  ///< names of values, empty where one is left out
  std::vector<OrtAttribute> attributes;
};

/// That an output of one node is an input of another.
struct OrtEdge {
  std::uint32_t from = 0;  ///< a node's index
  std::int32_t output = 0;
  std::uint32_t to = 0;
  std::int32_t input = 0;

  auto operator<=>(const OrtEdge&) const = default;
};

/// A model in ONNX Runtime's own format ("ORT format"), as far as `check_ort_model` needs it.
struct OrtModel {
  std::vector<OrtTensor> initializers;
  std::vector<OrtValue> values;
  std::vector<OrtNode> nodes;
  std::uint32_t node_limit = 0;              ///< above the index of every node
  std::vector<OrtEdge> edges_in, edges_out;  ///< the same, kept with their last and first node
  std::vector<std::string> inputs, outputs;  ///< of the whole model
};

/// Reads a model in ORT format. Fails where something that must be there is missing or lies outside
/// of the file, and where there is something that no model of ours has: data in other files, sparse
/// tensors, graphs inside of nodes, and optimisations that are left to whoever loads it.
Result<OrtModel> parse_ort_model(std::span<const std::uint8_t> bytes);

}  // namespace numeral
