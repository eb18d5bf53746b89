#pragma once

#include <onnx/onnx_pb.h>

namespace numeral {

/// The fewest values that a tensor has for its rounding to be worth it.
inline constexpr int kMinRounded = 256;

/// Rounds the weights of a model so that it compresses well: every float32 tensor of two or more
/// dimensions and `kMinRounded` or more values, each to the nearest multiple of a step, which is
/// the power of two nearest to the tensor's root mean square divided by `steps`. They stay float32
/// and are computed with as before; only their last bits, of which a network needs few, are zeros,
/// and a server's gzip or brotli packs these. Biases stay as they are. With 0 `steps` nothing is
/// rounded.
/// Uniform steps rather than fewer bits of mantissa, since all weights of a sum err by as much
/// then, the small ones as well: half the bytes for the same error in the sum.
void round_weights(onnx::ModelProto& model, double steps);

}  // namespace numeral
