#include "native/onnx_nodes.h"

#include <onnx/onnx_pb.h>

#include <limits>

namespace numeral {

Result<std::vector<OrtNode>> parse_onnx_nodes(std::span<const std::uint8_t> bytes) {
  onnx::ModelProto model;
  if (bytes.size() > std::size_t(std::numeric_limits<int>::max()) ||
      !model.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
    return fail("it is not in ONNX format");
  std::vector<OrtNode> nodes;
  for (const onnx::NodeProto& proto : model.graph().node()) {
    OrtNode& node = nodes.emplace_back();
    node.name = proto.name();
    node.domain = proto.domain();
    node.op_type = proto.op_type();
    node.inputs.assign(proto.input().begin(), proto.input().end());
    node.outputs.assign(proto.output().begin(), proto.output().end());
    for (const onnx::AttributeProto& from : proto.attribute()) {
      OrtAttribute& attribute = node.attributes.emplace_back();
      attribute.name = from.name();
      if (from.type() == onnx::AttributeProto::INT) attribute.integers = {from.i()};
      if (from.type() == onnx::AttributeProto::INTS)
        attribute.integers.assign(from.ints().begin(), from.ints().end());
    }
  }
  return nodes;
}

}  // namespace numeral
