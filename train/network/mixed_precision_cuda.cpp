#include "train/network/mixed_precision.h"

#include <ATen/cuda/CUDAContext.h>

namespace numeral {

torch::ScalarType fast_type(torch::Device device) {
  if (!device.is_cuda()) return torch::kFloat32;
  return at::cuda::getDeviceProperties(device.index())->major >= 8 ? torch::kBFloat16
                                                                   : torch::kFloat16;
}

}  // namespace numeral
