#include "train/base/first_difference.h"

namespace numeral {

using nlohmann::ordered_json;

std::optional<std::string> first_difference(const ordered_json& expected,
                                            const ordered_json& found) {
  // `found` may come from a file of somebody else's: ASCII only, for terminals.
  const auto text = [](const ordered_json& object, const std::string& name) {
    return object.contains(name) ? object[name].dump(-1, ' ', true) : std::string("nothing");
  };
  for (const auto& [name, ignored] : expected.items())
    if (text(expected, name) != text(found, name))
      return name + ": expected " + text(expected, name) + ", found " + text(found, name);
  if (found.size() > expected.size()) return "expected no other entries";
  return std::nullopt;
}

}  // namespace numeral
