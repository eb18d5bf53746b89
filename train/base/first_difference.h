#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace numeral {

/// Compares two JSON objects. Returns the first entry in which `found` differs from `expected`, as
/// in "epochs: expected 30, found 20", or nothing where they are equal.
std::optional<std::string> first_difference(const nlohmann::ordered_json& expected,
                                            const nlohmann::ordered_json& found);

}  // namespace numeral
