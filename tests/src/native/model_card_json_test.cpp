#include "native/model_card_json.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

namespace numeral {
namespace {

using Catch::Matchers::ContainsSubstring;

ModelCardFile sample_card() {
  ModelCardFile file;
  ModelCard& card = file.card;
  card.name = "digits";
  card.date = "2026-01-02T03:04:05Z";
  card.labels = {"zero", "one"};
  card.temperature = 0.6;
  card.accept_threshold = 0.9;
  card.onnx_sha256 = std::string(64, 'a');
  card.ort_sha256 = std::string(64, '0');
  card.operators = {"ai.onnx;11;Conv"};
  file.training = {{"epochs", 3}};
  file.data = {{"name", "MNIST"}};
  file.metrics = {{"test_accuracy", 0.995}};
  return file;
}

/// The error of a card with one entry changed; empty where it is valid.
std::string error_with(const char* path, const nlohmann::json& value) {
  auto json = nlohmann::json::parse(to_json(sample_card()));
  json[nlohmann::json::json_pointer(path)] = value;
  const auto card = parse_model_card(json.dump());
  return card ? "" : card.error().message;
}

TEST_CASE("A card stays the same when it is written and read", "[model_card_json]") {
  const ModelCardFile file = sample_card();
  const auto back = parse_model_card(to_json(file));
  REQUIRE(back);
  const ModelCard& card = file.card;
  CHECK(back->card.name == card.name);
  CHECK(back->card.date == card.date);
  CHECK(back->card.input_mode == card.input_mode);
  CHECK(back->card.labels == card.labels);
  CHECK(back->card.temperature == card.temperature);
  CHECK(back->card.accept_threshold == card.accept_threshold);
  CHECK(back->card.onnx_sha256 == card.onnx_sha256);
  CHECK(back->card.ort_sha256 == card.ort_sha256);
  CHECK(back->card.operators == card.operators);
  CHECK(back->training == file.training);
  CHECK(back->data == file.data);
  CHECK(back->metrics == file.metrics);
  CHECK(to_json(*back) == to_json(file));
}

TEST_CASE("A card names the input mode", "[model_card_json]") {
  ModelCardFile card = sample_card();
  CHECK(nlohmann::json::parse(to_json(card))["input"]["framing"] == "ink");
  card.card.input_mode = InputMode::kFullImage;
  CHECK(nlohmann::json::parse(to_json(card))["input"]["framing"] == "whole");
  const auto back = parse_model_card(to_json(card));
  REQUIRE(back);
  CHECK(back->card.input_mode == InputMode::kFullImage);

  auto without = nlohmann::json::parse(to_json(card));
  without["input"].erase("framing");
  const auto refused = parse_model_card(without.dump());
  REQUIRE_FALSE(refused);
  CHECK_THAT(refused.error().message, ContainsSubstring("/input/framing"));
}

TEST_CASE("Invalid JSON is refused", "[model_card_json]") {
  CHECK_FALSE(parse_model_card(""));
  CHECK_FALSE(parse_model_card("{"));
  CHECK_FALSE(parse_model_card("[]"));
  CHECK_FALSE(parse_model_card("\xff\xfe"));
}

TEST_CASE("Every missing entry is named", "[model_card_json]") {
  const auto whole = nlohmann::json::parse(to_json(sample_card()));
  for (const auto& [key, value] : whole.items()) {
    auto json = whole;
    json.erase(key);
    const auto card = parse_model_card(json.dump());
    REQUIRE_FALSE(card);
    CHECK_THAT(card.error().message, ContainsSubstring("/" + key));
  }
}

TEST_CASE("A name with a slash is not that of an inner entry", "[model_card_json]") {
  auto json = nlohmann::json::parse(to_json(sample_card()));
  json["sha256/ort"] = json["sha256"]["ort"];
  json["sha256"].erase("ort");
  const auto card = parse_model_card(json.dump());
  REQUIRE_FALSE(card);
  CHECK_THAT(card.error().message, ContainsSubstring("no entry /sha256/ort"));
}

TEST_CASE("Wrong entries are named", "[model_card_json]") {
  CHECK_THAT(error_with("/labels", "0123"), ContainsSubstring("/labels"));
  CHECK_THAT(error_with("/labels", {1, 2}), ContainsSubstring("/labels"));
  CHECK_THAT(error_with("/labels", nlohmann::json::array()), ContainsSubstring("/labels"));
  CHECK_THAT(error_with("/labels", {"same", "same"}), ContainsSubstring("'same'"));
  CHECK_THAT(error_with("/labels", {"one", "two\nlines"}), ContainsSubstring("/labels"));
  CHECK_THAT(error_with("/temperature", 0), ContainsSubstring("/temperature"));
  CHECK_THAT(error_with("/accept_threshold", 2), ContainsSubstring("/accept_threshold"));
  CHECK_THAT(error_with("/accept_threshold", "high"), ContainsSubstring("/accept_threshold"));
  CHECK_THAT(error_with("/sha256/ort", "abc"), ContainsSubstring("/sha256/ort"));
  CHECK_THAT(error_with("/sha256/onnx", 5), ContainsSubstring("/sha256/onnx"));
  CHECK_THAT(error_with("/input/shape", {"N", 3, 28, 28}), ContainsSubstring("/input"));
  CHECK_THAT(error_with("/input/framing", "portrait"), ContainsSubstring("/input/framing"));
  CHECK_THAT(error_with("/input/framing", 1), ContainsSubstring("/input/framing"));
  // The input mode and the meaning of the input must match.
  CHECK_THAT(error_with("/input/framing", "whole"), ContainsSubstring("/input"));
  CHECK_THAT(error_with("/output/name", "logits"), ContainsSubstring("/output"));
  CHECK_THAT(error_with("/metrics", 1), ContainsSubstring("/metrics"));
}

}  // namespace
}  // namespace numeral
