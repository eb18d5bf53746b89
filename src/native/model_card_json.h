#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "core/error.h"
#include "core/model_card.h"

namespace numeral {

/// All that the JSON beside a model says: its card, and where it comes from.
struct ModelCardFile {
  ModelCard card;
  nlohmann::json training;  ///< an object: hyperparameters
  nlohmann::json data;      ///< an object: training and test sets
  nlohmann::json metrics;   ///< an object: results
};

/// Parses it. Fails on invalid JSON, and where read_model_card does; the message names the entry.
Result<ModelCardFile> parse_model_card(std::string_view json);

/// It as indented JSON with a newline at its end. parse_model_card gives the same back.
std::string to_json(const ModelCardFile& file);

}  // namespace numeral
