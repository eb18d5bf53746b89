#include "core/model_card.h"

#include <optional>

#include "core/labels.h"

namespace numeral {
namespace {

using Json = nlohmann::json;

bool is_lower_hex_sha256(const std::string& text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

/// Reads entries by their JSON pointers and keeps the first error. An entry that is missing or of
/// the wrong type leaves its target unchanged.
class CardReader {
 public:
  explicit CardReader(const Json& card) : card_(card) {}

  void read(const char* path, std::string& target) {
    const Json* entry = find(path, &Json::is_string, "a string");
    if (entry) target = entry->get<std::string>();
  }

  void read(const char* path, double& target) {
    const Json* entry = find(path, &Json::is_number, "a number");
    if (entry) target = entry->get<double>();
  }

  void read(const char* path, Json& target) {
    const Json* entry = find(path, &Json::is_object, "an object");
    if (entry) target = *entry;
  }

  void read(const char* path, std::vector<std::string>& target) {
    const Json* entry = find(path, &Json::is_array, "a list of strings");
    if (!entry) return;
    for (const Json& item : *entry) {
      if (!item.is_string()) return set_error(path, "a list of strings");
      target.push_back(item.get<std::string>());
    }
  }

  void read(const char* path, InputMode& target) {
    std::string name(name_of(target));
    read(path, name);
    if (const auto input_mode = input_mode_named(name))
      target = *input_mode;
    else
      set_error(path, R"("ink" or "whole")");
  }

  void read_sha256(const char* path, std::string& target) {
    read(path, target);
    if (!error_ && !is_lower_hex_sha256(target))
      set_error(path, "64 lower-case hexadecimal digits");
  }

  /// Fails unless the entry equals `expected`, which is JSON.
  void require(const char* path, const std::string& expected) {
    const Json* entry = find(path, nullptr, "");
    if (entry && *entry != Json::parse(expected)) set_error(path, expected.c_str());
  }

  void set_error(const char* path, const char* expected) {
    if (!error_) error_ = Error{std::string("model card: expected ") + path + " to be " + expected};
  }

  const std::optional<Error>& error() const { return error_; }

 private:
  using Check = bool (Json::*)() const noexcept;

  const Json* find(const char* path, Check check, const char* expected) {
    const Json::json_pointer pointer(path);
    if (!card_.contains(pointer)) {
      if (!error_) error_ = Error{std::string("model card: there is no entry ") + path};
      return nullptr;
    }
    const Json& entry = card_[pointer];
    if (!check || (entry.*check)()) return &entry;
    set_error(path, expected);
    return nullptr;
  }

  const Json& card_;
  std::optional<Error> error_;
};

const char* meaning_of(InputMode input_mode) {
  return input_mode == InputMode::kInk ? "ink 1 on background 0, normalised as MNIST was"
                                       : "white 1 and black 0, the whole picture scaled";
}

// As text: to make it of values, and text of these, takes more code.
std::string input_description(InputMode input_mode) {
  const std::string side = std::to_string(kInputSize);
  return R"({"framing":")" + std::string(name_of(input_mode)) + R"(","meaning":")" +
         meaning_of(input_mode) + R"(","name":")" + kInputName +
         R"(","range":[0,1],"shape":["N",1,)" + side + "," + side + R"(],"type":"float32"})";
}

std::string output_description(std::size_t classes) {
  return R"({"meaning":"the probability of each label","name":")" + std::string(kOutputName) +
         R"(","shape":["N",)" + std::to_string(classes) + R"(],"type":"float32"})";
}

}  // namespace

Result<ModelCard> parse_model_card(std::string_view json) {
  const Json parsed = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!parsed.is_object()) return fail("model card: it is not a JSON object");

  ModelCard card;
  CardReader reader(parsed);
  reader.read("/name", card.name);
  reader.read("/date", card.date);
  reader.read("/labels", card.labels);
  reader.read("/temperature", card.temperature);
  reader.read("/accept_threshold", card.accept_threshold);
  reader.read_sha256("/sha256/onnx", card.onnx_sha256);
  reader.read_sha256("/sha256/ort", card.ort_sha256);
  reader.read("/operators", card.operators);
  reader.read("/training", card.training);
  reader.read("/data", card.data);
  reader.read("/metrics", card.metrics);
  if (const auto fine = check_labels(card.labels); !fine)
    reader.set_error("/labels", fine.error().message.c_str());
  if (!(card.temperature > 0)) reader.set_error("/temperature", "more than 0");
  if (card.accept_threshold < 0 || card.accept_threshold > 1)
    reader.set_error("/accept_threshold", "between 0 and 1");
  reader.read("/input/framing", card.input_mode);
  reader.require("/input", input_description(card.input_mode));
  reader.require("/output", output_description(card.labels.size()));
  if (reader.error()) return tl::unexpected(*reader.error());
  return card;
}

std::string to_json(const ModelCard& card) {
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
  json["training"] = card.training;
  json["data"] = card.data;
  json["metrics"] = card.metrics;
  return json.dump(2) + "\n";
}

}  // namespace numeral
