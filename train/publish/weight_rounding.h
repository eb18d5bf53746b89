#pragma once

#include <onnx/onnx_pb.h>

namespace numeral {

/// Smaller tensors are not rounded: they would save too little.
inline constexpr int kMinRounded = 256;

/// Rounds a model's weights so that its file compresses well (gzip, brotli). Affects every float32
/// tensor with at least two dimensions and `kMinRounded` values; biases stay as they are. Each
/// value becomes the nearest multiple of a step, the power of two nearest to the tensor's root mean
/// square divided by `steps`. The values remain float32, but most of their last bits are zero. With
/// 0 `steps` nothing is rounded.
///
/// Uniform steps are better than a shorter mantissa: all weights of a sum then have errors of the
/// same size, which takes half the bytes for the same error of the sum.
void round_weights(onnx::ModelProto& model, double steps);

}  // namespace numeral
