#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "core/preprocess.h"

namespace numeral {

/// Describes a trained model: its input, its output, its files and its origin. The training program
/// writes it as JSON beside the model (`digits.json`).
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
  nlohmann::json training;                 ///< an object: hyperparameters
  nlohmann::json data;                     ///< an object: training and test sets
  nlohmann::json metrics;                  ///< an object: results
};

/// The names of every model's input, float32 [N, 1, 28, 28], 0 to 1, and output, float32
/// [N, labels].
inline constexpr const char* kInputName = "image";
inline constexpr const char* kOutputName = "probabilities";

/// Parses a card. Fails on invalid JSON, on a missing entry or one of the wrong type, on labels
/// that check_labels refuses, and on an input or output other than the above; the message names the
/// entry.
Result<ModelCard> parse_model_card(std::string_view json);

/// The card as indented JSON with a newline at its end. parse_model_card gives the same card back.
std::string to_json(const ModelCard& card);

}  // namespace numeral
