#pragma once

#include <torch/torch.h>

namespace numeral {

/// The type for the forward and backward pass on `device`: bfloat16 on GPUs with compute capability
/// 8.0 or later, float16 on older GPUs such as the T4, float32 on CPUs. Implemented in
/// mixed_precision_cuda.cpp, or in mixed_precision_cpu.cpp where libtorch has no CUDA.
torch::ScalarType fast_type(torch::Device device);

/// Mixed precision while it lives (libtorch's autocast): convolutions and matrix products are
/// computed in `type`, sums and losses in float32. Does nothing for float32.
class MixedPrecision {
 public:
  MixedPrecision(torch::Device device, torch::ScalarType type);
  ~MixedPrecision();
  MixedPrecision(const MixedPrecision&) = delete;
  MixedPrecision& operator=(const MixedPrecision&) = delete;

 private:
  torch::DeviceType device_;
  bool active_;
};

}  // namespace numeral
