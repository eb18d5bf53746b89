#include "train/publish/weight_rounding.h"

#include <cmath>
#include <cstring>
#include <numeric>
#include <string>
#include <vector>

namespace numeral {
namespace {

std::vector<float> values_of(const std::string& bytes) {
  std::vector<float> values(bytes.size() / sizeof(float));
  std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
  return values;
}

double root_mean_square(const std::vector<float>& values) {
  const double squares = std::inner_product(values.begin(), values.end(), values.begin(), 0.0);
  return std::sqrt(squares / double(values.size()));
}

void round_to(float step, std::vector<float>& values) {
  // Adding 0 turns -0 into 0.
  for (float& value : values) value = std::nearbyint(value / step) * step + 0.0f;
}

}  // namespace

void round_weights(onnx::ModelProto& model, double steps) {
  if (steps <= 0) return;
  for (onnx::TensorProto& tensor : *model.mutable_graph()->mutable_initializer()) {
    if (tensor.data_type() != onnx::TensorProto::FLOAT || tensor.dims_size() < 2) continue;
    std::vector<float> values = values_of(tensor.raw_data());
    if (values.size() < kMinRounded) continue;
    const double exact_step = root_mean_square(values) / steps;
    if (exact_step == 0 || !std::isfinite(exact_step)) continue;
    round_to(static_cast<float>(std::exp2(std::round(std::log2(exact_step)))), values);
    std::memcpy(tensor.mutable_raw_data()->data(), values.data(), values.size() * sizeof(float));
  }
}

}  // namespace numeral
