#include "train/network/mixed_precision.h"

#include <ATen/autocast_mode.h>

namespace numeral {

MixedPrecision::MixedPrecision(torch::Device device, torch::ScalarType type)
    : device_(device.type()), active_(type != torch::kFloat32) {
  if (!active_) return;
  at::autocast::set_autocast_dtype(device_, type);
  at::autocast::set_autocast_enabled(device_, true);
}

MixedPrecision::~MixedPrecision() {
  if (!active_) return;
  at::autocast::set_autocast_enabled(device_, false);
  // The cache holds the weights in the faster type; the step will change them.
  at::autocast::clear_cache();
}

}  // namespace numeral
