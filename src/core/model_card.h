#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/preprocess.h"

namespace numeral {

/// What must be known of a trained model to use it: its input, its output and its files. It is part
/// of the JSON beside the model (`digits.json`), which the training program writes.
struct ModelCard {
  std::string name;                        ///< of the model and its files: NAME.onnx, NAME.ort
  std::string date;                        ///< end of the training run, ISO 8601, UTC
  InputMode input_mode = InputMode::kInk;  ///< how an image becomes the input
  std::vector<std::string> labels;         ///< one per class, in the order of the probabilities
  double temperature = 1;                  ///< the model divides its logits by this itself
  double accept_threshold = 0;             ///< minimum confidence of an accepted answer, 0 to 1
  std::string onnx_sha256;                 ///< of NAME.onnx, lower-case hexadecimal
  std::string ort_sha256;                  ///< of NAME.ort, lower-case hexadecimal
  std::vector<std::string> operators;      ///< of NAME.ort: "domain;version;type", sorted
};

/// The names of every model's input, float32 [N, 1, 28, 28], 0 to 1, and output, float32
/// [N, labels].
inline constexpr const char* kInputName = "image";
inline constexpr const char* kOutputName = "probabilities";

/// One value of a card's JSON. Who uses a card parses its JSON: native programs with nlohmann/json
/// (native/model_card_json.h), pages with the browser's own JSON.parse (web/numeral.js). So no JSON
/// reader is downloaded with a page.
struct CardEntry {
  enum class Kind : std::int32_t { kOther = -1, kString, kNumber, kArray, kObject };

  std::string path;  ///< its JSON pointer, such as "/sha256/ort" or "/labels/0"
  Kind kind = Kind::kOther;
  std::string text;   ///< of a string: itself; of others: their JSON, without spaces, keys sorted
  double number = 0;  ///< the value of a number
};

/// Makes a card of all the values in its JSON. Fails on a missing entry or one of the wrong type,
/// on labels that check_labels refuses, and on an input or output other than the above; the message
/// names the entry.
Result<ModelCard> read_model_card(std::span<const CardEntry> entries);

/// What a card says of the model's input and output: JSON, without spaces, keys sorted.
std::string input_description(InputMode input_mode);
std::string output_description(std::size_t classes);

}  // namespace numeral
