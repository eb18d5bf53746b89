#pragma once

#include <torch/torch.h>

#include <array>
#include <string_view>

namespace numeral {

/// The type of the forward and backward pass, as the option --precision names it.
enum class Precision { kAuto, kFloat32, kBfloat16, kFloat16 };

inline constexpr std::array kPrecisions{Precision::kAuto, Precision::kFloat32, Precision::kBfloat16,
                                        Precision::kFloat16};

/// Its name: "auto", "float32", "bfloat16", "float16".
std::string_view name_of(Precision precision);

/// The type that `precision` means on `device`; for kAuto the fast one.
torch::ScalarType type_of(Precision precision, torch::Device device);

/// The type for the forward and backward pass on `device`: bfloat16 on GPUs that compute in it
/// (compute capability 8.0 or later), float16 on older ones such as the T4, float32 on CPUs.
torch::ScalarType fast_type(torch::Device device);

/// Mixed precision while it lives (libtorch's autocast): convolutions and matrix products are
/// computed in `type`, sums in float32. Does nothing for float32.
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
