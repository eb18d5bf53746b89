#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace numeral {

/// True where `text` is UTF-8, as JSON has it: what is not comes back from JSON changed.
inline bool is_utf8(const std::string& text) {
  using Json = nlohmann::json;
  return Json::parse(Json(text).dump(-1, ' ', false, Json::error_handler_t::ignore)) == text;
}

}  // namespace numeral
