#include "wasm/layers_json.h"

#include <cstdint>
#include <string_view>

namespace numeral {
namespace {

// Written by hand: what a JSON library brings along is as large as all else that looks inside.

std::string json(std::int64_t number) { return std::to_string(number); }

std::string json(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string quoted = "\"";
  for (const char letter : text) {
    const auto code = static_cast<unsigned char>(letter);
    if (code < ' ' || letter == '"' || letter == '\\') {
      quoted += "\\u00";
      quoted += {kDigits[code >> 4], kDigits[code & 15]};
    } else {
      quoted += letter;
    }
  }
  return quoted + '"';
}

std::string json(const Layer& layer);

/// Each of `items` as `write` has it, with commas between them.
template <class Items, class Write>
std::string joined(const Items& items, Write write) {
  std::string text;
  for (const auto& item : items) text += (text.empty() ? "" : ",") + write(item);
  return text;
}

template <class Items>
std::string list(const Items& items) {
  return '[' + joined(items, [](const auto& item) { return json(item); }) + ']';
}

std::string json(const Tensor& tensor) {
  const auto address = reinterpret_cast<std::uintptr_t>(tensor.values.data());
  return "\"shape\":" + list(tensor.shape) + ",\"values\":[" + json(std::int64_t(address)) + ',' +
         json(std::int64_t(tensor.values.size())) + ']';
}

std::string json(const Layer& layer) {
  const auto attribute = [](const LayerAttribute& each) {
    return json(each.name) + ':' + (each.text.empty() ? list(each.integers) : json(each.text));
  };
  return "{\"name\":" + json(layer.name) + ",\"operation\":" + json(layer.operation) +
         ",\"inputs\":" + list(layer.inputs) + ",\"attributes\":{" +
         joined(layer.attributes, attribute) + "}," + json(layer.output) + '}';
}

std::string json(const Parameter& parameter) {
  return json(parameter.name) + ":{" + json(parameter.tensor) + '}';
}

}  // namespace

std::string layers_json(const ActivationModel& model) {
  return "{\"layers\":" + list(model.layers()) + ",\"parameters\":{" +
         joined(model.parameters(), [](const Parameter& each) { return json(each); }) + "}}";
}

}  // namespace numeral
