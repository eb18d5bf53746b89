#pragma once

#include <cstdint>

/// Numbers of the tables' fields, and of what enumerations have, in ONNX Runtime's schema,
/// onnxruntime/core/flatbuffers/schema/ort.fbs.
namespace numeral::ort_schema {

namespace session {
inline constexpr int kModel = 1;
}
namespace model {
inline constexpr int kGraph = 7;
}
namespace graph {
inline constexpr int kInitializers = 0, kValues = 1, kNodes = 2, kNodeLimit = 3, kEdges = 4,
                     kInputs = 5, kOutputs = 6, kSparseInitializers = 7, kOptimizations = 8;
}
namespace tensor {
inline constexpr int kName = 0, kShape = 2, kElementType = 3, kData = 4;
inline constexpr std::int32_t kIsFloat = 1;
}  // namespace tensor
namespace value {
inline constexpr int kName = 0, kType = 2;
}
namespace type {
inline constexpr int kKind = 1, kTensor = 2;
inline constexpr std::uint8_t kIsTensor = 1;
}  // namespace type
namespace tensor_type {
inline constexpr int kElementType = 0, kShape = 1;
}
namespace shape {
inline constexpr int kDimensions = 0;
}
namespace dimension {
inline constexpr int kValue = 0;
}
namespace dimension_value {
inline constexpr int kKind = 0, kSize = 1;
inline constexpr std::int8_t kIsSize = 1;
}  // namespace dimension_value
namespace node {
inline constexpr int kName = 0, kDomain = 2, kSinceVersion = 3, kIndex = 4, kOpType = 5, kKind = 6,
                     kInputs = 8, kOutputs = 9, kAttributes = 10, kInputCounts = 11,
                     kImplicitInputs = 12;
inline constexpr std::int32_t kIsPrimitive = 0;
}  // namespace node
namespace node_edges {
inline constexpr int kNode = 0, kIn = 1, kOut = 2;
}
namespace attribute {
inline constexpr int kName = 0, kType = 2, kInteger = 4, kString = 5, kFloats = 8, kIntegers = 9;
inline constexpr std::int32_t kIsFloat = 1, kIsInteger = 2, kIsString = 3, kIsFloats = 6,
                              kIsIntegers = 7;
}  // namespace attribute

}  // namespace numeral::ort_schema
