#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "core/preprocess.h"

namespace numeral {

/// What belongs with a trained model: how to feed it, what its outputs mean, which files it is,
/// and where it comes from. Kept as JSON beside the model (`digits.json`), written by the training
/// program.
struct ModelCard {
  std::string name;                    ///< also that of its files: NAME.onnx, NAME.ort
  std::string date;                    ///< of the training run's end, ISO 8601, UTC
  InputMode input_mode = InputMode::kInk;     ///< how a picture becomes the input
  std::vector<std::string> labels;     ///< one a class, in the order of the probabilities
  double temperature = 1;              ///< the model divides its logits by it; part of the model
  double accept_threshold = 0;         ///< the least confidence the recogniser stands by, 0 to 1
  std::string onnx_sha256;             ///< of NAME.onnx, lower-case hexadecimal
  std::string ort_sha256;              ///< of NAME.ort, likewise
  std::vector<std::string> operators;  ///< of NAME.ort: "domain;version;type", sorted
  nlohmann::json training;             ///< an object: the settings of the run
  nlohmann::json data;                 ///< an object: what it was trained and tested on
  nlohmann::json metrics;              ///< an object: what came of it
};

/// The names that every model of ours gives its input and output.
/// Input: float32 [N, 1, 28, 28], 0 to 1. Output: float32 [N, labels].
inline constexpr const char* kInputName = "image";
inline constexpr const char* kOutputName = "probabilities";

/// Reads a card. Fails on what is not JSON, on a missing or mistyped entry, on labels that
/// `check_labels` refuses, and on an input or output other than the one above; the message names
/// the entry.
Result<ModelCard> parse_model_card(std::string_view json);

/// The card as indented JSON, ending in a newline; `parse_model_card` gives the same card back.
std::string to_json(const ModelCard& card);

}  // namespace numeral
