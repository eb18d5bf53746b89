#include "native/ort_model.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "native/files.h"
#include "support/model.h"

namespace numeral {
namespace {

using Catch::Matchers::ContainsSubstring;
using Bytes = std::vector<std::uint8_t>;

Bytes published_bytes() {
  auto bytes = read_file(test::published_model(), 1 << 30);
  REQUIRE(bytes);
  return *bytes;
}

std::string error_of(const Bytes& bytes) {
  const auto model = parse_ort_model(bytes);
  return model ? "" : model.error().message;
}

TEST_CASE("All parts of a model are read", "[ort_model]") {
  const auto model = parse_ort_model(published_bytes());
  REQUIRE(model);
  CHECK(model->inputs == std::vector<std::string>{"image"});
  CHECK(model->outputs == std::vector<std::string>{"probabilities"});
  CHECK(model->edges_in.size() == model->edges_out.size());
  CHECK(model->edges_in.size() + 1 == model->nodes.size());

  const auto weights = std::ranges::find(model->initializers, "conv1.weight", &OrtTensor::name);
  REQUIRE(weights != model->initializers.end());
  CHECK(weights->element_type == 1);
  CHECK(weights->shape == OrtShape{16, 1, 3, 3});
  CHECK(weights->bytes == 4 * 16 * 9);

  const auto image = std::ranges::find(model->values, "image", &OrtValue::name);
  REQUIRE(image != model->values.end());
  CHECK(image->shape == OrtShape{kAnySize, 1, 28, 28});

  const auto node = std::ranges::find(model->nodes, "conv2/Conv", &OrtNode::name);
  REQUIRE(node != model->nodes.end());
  CHECK(node->domain == "com.microsoft");
  CHECK(node->op_type == "FusedConv");
  CHECK(node->since_version == 1);
  CHECK(node->inputs == std::vector<std::string>{"relu1/Relu", "conv2.weight", "conv2.bias"});
  CHECK(node->outputs == std::vector<std::string>{"relu2/Relu"});
  const auto strides = std::ranges::find(node->attributes, "strides", &OrtAttribute::name);
  REQUIRE(strides != node->attributes.end());
  CHECK(strides->integers == std::vector<std::int64_t>{2, 2});
}

TEST_CASE("Other formats are refused", "[ort_model]") {
  for (const Bytes& bytes : {Bytes(), Bytes(7), Bytes(8), Bytes(100)})
    CHECK(error_of(bytes) == "it is not in ORT format");
}

TEST_CASE("A model without the names of its values is refused", "[ort_model]") {
  // The vtable of a value: 10 bytes, for a table of 14. With 2 in place of 10 it has no fields,
  // which crashed the native ONNX Runtime.
  const Bytes layout{10, 0, 14, 0, 8, 0, 0, 0, 4, 0, 10, 0, 0, 0};
  Bytes bytes = published_bytes();
  const auto place = std::search(bytes.begin(), bytes.end(), layout.begin(), layout.end());
  REQUIRE(place != bytes.end());
  *place = 2;
  CHECK_THAT(error_of(bytes), ContainsSubstring("name of a value"));
}

TEST_CASE("A truncated model is refused", "[ort_model]") {
  const Bytes bytes = published_bytes();
  for (std::size_t size = 0; size < bytes.size(); size += 4001)
    CHECK_FALSE(parse_ort_model({bytes.data(), size}));
}

TEST_CASE("A model with any byte changed is read or refused in one line", "[ort_model]") {
  Bytes bytes = published_bytes();
  int refused = 0, read = 0;
  // The bytes after these are mostly weights.
  for (std::size_t place = 0; place < 10'000; ++place) {
    const std::uint8_t before = bytes[place];
    for (const int change : {1, 128, 255}) {
      bytes[place] = std::uint8_t(before ^ change);
      const std::string error = error_of(bytes);
      ++(error.empty() ? read : refused);
      REQUIRE(error.find('\n') == std::string::npos);
    }
    bytes[place] = before;
  }
  CHECK(refused > 1000);
  CHECK(read > 1000);
}

}  // namespace
}  // namespace numeral
