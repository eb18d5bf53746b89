#include "train/network/mixed_precision.h"

namespace numeral {

torch::ScalarType fast_type(torch::Device) { return torch::kFloat32; }

}  // namespace numeral
