#pragma once

#include <torch/torch.h>

namespace numeral {

/// The type in which `device` computes what need not be exact: bfloat16 on GPUs that have it
/// (compute capability 8.0 and later), float16 on those before, such as the T4; float32 on the
/// processor. Implemented in gpu.cpp, or in no_gpu.cpp where libtorch has no CUDA.
torch::ScalarType fast_type(torch::Device device);

}  // namespace numeral
