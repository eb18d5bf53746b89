#include "train/publish/weight_rounding.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstring>
#include <random>
#include <set>
#include <vector>

namespace numeral {
namespace {

/// Adds a tensor with normally distributed values.
void add_tensor(onnx::ModelProto& model, const std::vector<int>& shape, float deviation) {
  onnx::TensorProto& tensor = *model.mutable_graph()->add_initializer();
  tensor.set_data_type(onnx::TensorProto::FLOAT);
  std::size_t count = 1;
  for (const int size : shape) {
    tensor.add_dims(size);
    count *= std::size_t(size);
  }
  std::mt19937 generator(1);
  std::normal_distribution<float> normal(0, deviation);
  std::vector<float> values(count);
  std::generate(values.begin(), values.end(), [&] { return normal(generator); });
  tensor.set_raw_data(values.data(), values.size() * sizeof(float));
}

std::vector<float> values_of(const onnx::ModelProto& model, int index) {
  const std::string& bytes = model.graph().initializer(index).raw_data();
  std::vector<float> values(bytes.size() / sizeof(float));
  std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

TEST_CASE("Weights become multiples of a power of two") {
  onnx::ModelProto model;
  add_tensor(model, {16, 8, 3, 3}, 0.1f);
  const std::vector<float> before = values_of(model, 0);
  round_weights(model, 8);
  const std::vector<float> after = values_of(model, 0);
  // 0.1 / 8 is 0.0125, and 1/64 is nearer to it on a logarithmic scale than 1/128.
  constexpr float step = 1.0f / 64;
  for (std::size_t i = 0; i < after.size(); ++i) {
    CHECK(std::abs(after[i] - before[i]) <= step / 2);
    CHECK(std::fmod(after[i], step) == 0);
    CHECK_FALSE((after[i] == 0 && std::signbit(after[i])));
  }
  CHECK(std::set<float>(after.begin(), after.end()).size() < 64);
  CHECK(after != before);
}

TEST_CASE("Every tensor has its own step") {
  onnx::ModelProto model;
  add_tensor(model, {32, 32}, 1);
  add_tensor(model, {32, 32}, 0.001f);
  round_weights(model, 4);
  CHECK(std::ranges::all_of(values_of(model, 0), [](float v) { return std::fmod(v, 0.25f) == 0; }));
  CHECK(std::ranges::count(values_of(model, 1), 0.0f) < 200);
}

TEST_CASE("Biases, small tensors, and what is not float32 stay as they are") {
  onnx::ModelProto model;
  add_tensor(model, {1000}, 1);
  add_tensor(model, {10, 11}, 1);
  add_tensor(model, {32, 32}, 1);
  model.mutable_graph()->mutable_initializer(2)->set_data_type(onnx::TensorProto::INT32);
  add_tensor(model, {32, 32}, 0);
  const std::string before = model.SerializeAsString();
  round_weights(model, 2);
  CHECK(model.SerializeAsString() == before);
}

TEST_CASE("With no steps nothing is rounded") {
  onnx::ModelProto model;
  add_tensor(model, {32, 32}, 1);
  const std::string before = model.SerializeAsString();
  round_weights(model, 0);
  CHECK(model.SerializeAsString() == before);
}

}  // namespace
}  // namespace numeral
