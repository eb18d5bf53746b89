#include "core/explanation/layers_json.h"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include "core/model_card.h"
#include "support/model.h"

namespace numeral {
namespace {

using nlohmann::json;

/// The floats that "values" refers to.
std::span<const float> floats(const json& values) {
  const auto address = values[0].get<std::uintptr_t>();
  return {reinterpret_cast<const float*>(address), values[1].get<std::size_t>()};
}

TEST_CASE("Layers as JSON have all that the model has", "[layers_json]") {
  const std::vector<std::uint8_t> bytes = test::published_bytes();
  auto model = ActivationModel::create(std::as_bytes(std::span(bytes))).value();
  REQUIRE(model.run(NetworkInput{}));
  const json found = json::parse(layers_json(model));
  REQUIRE(found["layers"].size() == model.layers().size());
  for (std::size_t i = 0; i < model.layers().size(); ++i) {
    const Layer& layer = model.layers()[i];
    const json& written = found["layers"][i];
    CAPTURE(layer.name);
    CHECK(written["name"] == layer.name);
    CHECK(written["operation"] == layer.operation);
    CHECK(written["inputs"] == layer.inputs);
    CHECK(written["shape"] == layer.output.shape);
    CHECK(floats(written["values"]).data() == layer.output.values.data());
    CHECK(floats(written["values"]).size() == layer.output.values.size());
    CHECK(written["attributes"].size() == layer.attributes.size());
    for (const LayerAttribute& attribute : layer.attributes) {
      const json& value = written["attributes"][attribute.name];
      CHECK((attribute.text.empty() ? value == attribute.integers : value == attribute.text));
    }
  }
  REQUIRE(found["parameters"].size() == model.parameters().size());
  for (const Parameter& parameter : model.parameters()) {
    const json& written = found["parameters"][parameter.name];
    CHECK(written["shape"] == parameter.tensor.shape);
    CHECK(floats(written["values"]).data() == parameter.tensor.values.data());
  }
}

}  // namespace
}  // namespace numeral
