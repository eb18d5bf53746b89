#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "core/error.h"

namespace numeral {

/// The JSON object that is written in `text`. Fails where it is none, has a name twice, or has more
/// names or goes deeper than our files do: other code would take long over it, or recurse.
Result<nlohmann::ordered_json> parse_object(std::string_view text);

/// The whole number that `json` is, from `low` to `high`; nothing where it is none of these. Unlike
/// `get`, it never makes one of what does not fit.
std::optional<std::int64_t> whole_number(const nlohmann::ordered_json& json, std::int64_t low,
                                         std::int64_t high);

/// The number that `json` is, from `low` to `high` and thus finite, likewise.
std::optional<double> number(const nlohmann::ordered_json& json, double low, double high);

}  // namespace numeral
