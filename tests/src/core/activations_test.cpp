#include "core/activations.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include "core/model_card.h"
#include "support/drawing.h"
#include "support/error_of.h"
#include "support/model.h"

namespace numeral {
namespace {

using Catch::Matchers::WithinAbs;
using test::published_bytes;
using test::published_recognizer;

ActivationModel published_layers() {
  const std::vector<std::uint8_t> bytes = published_bytes();
  return ActivationModel::create(std::as_bytes(std::span(bytes))).value();
}

const Tensor& parameter(const ActivationModel& model, const std::string& name) {
  const auto found = std::find_if(model.parameters().begin(), model.parameters().end(),
                                  [&](const Parameter& each) { return each.name == name; });
  REQUIRE(found != model.parameters().end());
  return found->tensor;
}

TEST_CASE("The last layer says what the recogniser says", "[activations]") {
  Recognizer recognizer = published_recognizer();
  ActivationModel model = published_layers();
  for (int digit = 0; digit < 10; ++digit) {
    CAPTURE(digit);
    const auto answer = recognizer.recognize(draw(test::digit_strokes(digit), {})).value().value();
    REQUIRE(model.run(answer.input));
    const Layer& last = model.layers().back();
    CHECK(last.name == kOutputName);
    CHECK(last.output.values == answer.probabilities);
  }
}

TEST_CASE("Each layer has a name, its input, its settings and as many values as its shape says",
          "[activations]") {
  ActivationModel model = published_layers();
  REQUIRE(model.run(NetworkInput{}));
  std::vector<std::string> operations;
  std::string before = kInputName;
  for (const Layer& layer : model.layers()) {
    CAPTURE(layer.name, layer.operation);
    operations.push_back(layer.operation);
    REQUIRE_FALSE(layer.inputs.empty());
    CHECK(layer.inputs.front() == before);
    before = layer.name;
    std::size_t count = 1;
    for (const std::int64_t size : layer.output.shape) count *= std::size_t(size);
    CHECK(count == layer.output.values.size());
    for (std::size_t i = 1; i < layer.inputs.size(); ++i)
      CHECK_FALSE(parameter(model, layer.inputs[i]).values.empty());
  }
  CHECK(operations == std::vector<std::string>{"FusedConv", "FusedConv", "FusedConv", "FusedConv",
                                               "MaxPool", "FusedConv", "Flatten", "Gemm", "Softmax",
                                               "Gemm"});
  const Layer& strided = model.layers()[1];
  const auto strides =
      std::find_if(strided.attributes.begin(), strided.attributes.end(),
                   [](const LayerAttribute& attribute) { return attribute.name == "strides"; });
  REQUIRE(strides != strided.attributes.end());
  CHECK(strides->integers == std::vector<std::int64_t>{2, 2});
}

TEST_CASE("A value of the first layer is the sum of its window times the weights",
          "[activations]") {
  ActivationModel model = published_layers();
  const NetworkInput input = *preprocess(draw(test::digit_strokes(3), {}));
  REQUIRE(model.run(input));
  const Layer& layer = model.layers().front();
  REQUIRE(layer.inputs.size() == 3);
  const Tensor& weights = parameter(model, layer.inputs[1]);
  const Tensor& bias = parameter(model, layer.inputs[2]);
  const std::int64_t channels = layer.output.shape[0], rows = layer.output.shape[1],
                     columns = layer.output.shape[2];
  REQUIRE(weights.shape == std::vector<std::int64_t>{channels, 1, 3, 3});
  for (int channel = 0; channel < channels; ++channel) {
    for (int y = 0; y < rows; ++y) {
      for (int x = 0; x < columns; ++x) {
        float sum = bias.values[channel];
        for (int i = 0; i < 9; ++i)
          sum += weights.values[channel * 9 + i] * input[(y + i / 3) * kInputSize + x + i % 3];
        REQUIRE_THAT(layer.output.values[(channel * rows + y) * columns + x],
                     WithinAbs(std::max(sum, 0.0f), 1e-4));
      }
    }
  }
}

TEST_CASE("A model in another format shows no layers", "[activations]") {
  const auto bytes = read_file(test::published_model().replace_extension(".onnx"), 1 << 30).value();
  CHECK(test::error_of(ActivationModel::create(std::as_bytes(std::span(bytes)))) ==
        "layers can only be seen of a model in ORT format");
  CHECK(test::error_of(ActivationModel::create({})) ==
        "layers can only be seen of a model in ORT format");
}

}  // namespace
}  // namespace numeral
