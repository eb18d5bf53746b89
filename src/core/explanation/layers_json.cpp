#include "core/explanation/layers_json.h"

#include <cstdint>

#include "core/explanation/json_writer.h"

namespace numeral {
namespace {

void add_fields(JsonWriter& json, const Tensor& tensor) {
  json.key("shape");
  json.add(tensor.shape);
  json.key("values");
  json.begin('[');
  json.add(std::int64_t(reinterpret_cast<std::uintptr_t>(tensor.values.data())));
  json.add(std::int64_t(tensor.values.size()));
  json.end(']');
}

}  // namespace

std::string layers_json(const ActivationModel& model) {
  std::string text;
  JsonWriter json(text);
  json.begin('{');
  json.key("layers");
  json.begin('[');
  for (const Layer& layer : model.layers()) {
    json.begin('{');
    json.key("name");
    json.add(layer.name);
    json.key("operation");
    json.add(layer.operation);
    json.key("inputs");
    json.add(layer.inputs);
    json.key("attributes");
    json.begin('{');
    for (const LayerAttribute& attribute : layer.attributes) {
      json.key(attribute.name);
      if (attribute.text.empty())
        json.add(attribute.integers);
      else
        json.add(attribute.text);
    }
    json.end('}');
    add_fields(json, layer.output);
    json.end('}');
  }
  json.end(']');
  json.key("parameters");
  json.begin('{');
  for (const Parameter& parameter : model.parameters()) {
    json.key(parameter.name);
    json.begin('{');
    add_fields(json, parameter.tensor);
    json.end('}');
  }
  json.end('}');
  json.end('}');
  return text;
}

}  // namespace numeral
