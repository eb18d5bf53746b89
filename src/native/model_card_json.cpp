#include "native/model_card_json.h"

#include <utility>
#include <vector>

namespace numeral {
namespace {

using Json = nlohmann::json;

CardEntry::Kind kind_of(const Json& value) {
  if (value.is_string()) return CardEntry::Kind::kString;
  if (value.is_number()) return CardEntry::Kind::kNumber;
  if (value.is_array()) return CardEntry::Kind::kArray;
  if (value.is_object()) return CardEntry::Kind::kObject;
  return CardEntry::Kind::kOther;
}

/// Adds what is in an object or array, which is at that path, and what is in that in turn.
void add_entries(const Json& parent, const Json::json_pointer& path,
                 std::vector<CardEntry>& entries) {
  for (const auto& [name, value] : parent.items()) {
    const Json::json_pointer here = path / name;
    entries.push_back({here.to_string(), kind_of(value),
                       value.is_string() ? value.get<std::string>() : value.dump(),
                       value.is_number() ? value.get<double>() : 0});
    if (value.is_structured()) add_entries(value, here, entries);
  }
}

}  // namespace

Result<ModelCardFile> parse_model_card(std::string_view json) {
  const Json parsed = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!parsed.is_object()) return fail("model card: it is not a JSON object");

  std::vector<CardEntry> entries;
  add_entries(parsed, Json::json_pointer(), entries);
  Result<ModelCard> card = read_model_card(entries);
  if (!card) return tl::unexpected(card.error());
  for (const std::string name : {"training", "data", "metrics"}) {
    if (!parsed.contains(name)) return fail("model card: there is no entry /" + name);
    if (!parsed[name].is_object())
      return fail("model card: expected /" + name + " to be an object");
  }
  return ModelCardFile{std::move(*card), parsed["training"], parsed["data"], parsed["metrics"]};
}

std::string to_json(const ModelCardFile& file) {
  const ModelCard& card = file.card;
  // In reading order.
  nlohmann::ordered_json json;
  json["name"] = card.name;
  json["date"] = card.date;
  json["input"] = Json::parse(input_description(card.input_mode));
  json["output"] = Json::parse(output_description(card.labels.size()));
  json["labels"] = card.labels;
  json["temperature"] = card.temperature;
  json["accept_threshold"] = card.accept_threshold;
  json["sha256"] = {{"onnx", card.onnx_sha256}, {"ort", card.ort_sha256}};
  json["operators"] = card.operators;
  json["training"] = file.training;
  json["data"] = file.data;
  json["metrics"] = file.metrics;
  return json.dump(2) + "\n";
}

}  // namespace numeral
