#include "train/network/mixed_precision.h"

#include <ATen/autocast_mode.h>
#include <ATen/detail/CUDAHooksInterface.h>

namespace numeral {

std::string_view name_of(Precision precision) {
  switch (precision) {
    case Precision::kAuto:
      return "auto";
    case Precision::kFloat32:
      return "float32";
    case Precision::kBfloat16:
      return "bfloat16";
    case Precision::kFloat16:
      return "float16";
  }
  return "";
}

torch::ScalarType type_of(Precision precision, torch::Device device) {
  switch (precision) {
    case Precision::kAuto:
      break;
    case Precision::kFloat32:
      return torch::kFloat32;
    case Precision::kBfloat16:
      return torch::kBFloat16;
    case Precision::kFloat16:
      return torch::kFloat16;
  }
  return fast_type(device);
}

torch::ScalarType fast_type(torch::Device device) {
  if (!device.is_cuda()) return torch::kFloat32;
  const c10::DeviceGuard guard(device);
  return at::detail::getCUDAHooks().supportsBFloat16ConvolutionWithCuDNNv8() ? torch::kBFloat16
                                                                             : torch::kFloat16;
}

MixedPrecision::MixedPrecision(torch::Device device, torch::ScalarType type)
    : device_(device.type()), active_(type != torch::kFloat32) {
  if (!active_) return;
  at::autocast::set_autocast_dtype(device_, type);
  at::autocast::set_autocast_enabled(device_, true);
  // The cache is for weights that are used several times in a step.
  at::autocast::set_autocast_cache_enabled(false);
}

MixedPrecision::~MixedPrecision() {
  if (active_) at::autocast::set_autocast_enabled(device_, false);
}

}  // namespace numeral
