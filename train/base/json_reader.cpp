#include "train/base/json_reader.h"

#include <limits>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace numeral {
namespace {

using nlohmann::ordered_json;

constexpr int kMaxDepth = 8;

/// In one object. Looking for a name in an ordered one takes as many steps.
constexpr std::size_t kMaxNames = 2000;

/// Notes the names in each object that is under way, the innermost last.
class Watch {
 public:
  bool operator()(int depth, ordered_json::parse_event_t event, const ordered_json& parsed) {
    using Event = ordered_json::parse_event_t;
    if (depth > kMaxDepth) throw std::runtime_error("it goes too deep");
    if (event == Event::object_start) names_.emplace_back();
    if (event == Event::object_end) names_.pop_back();
    if (event == Event::key && !names_.back().insert(parsed.get<std::string>()).second)
      throw std::runtime_error("it has a name twice");
    if (event == Event::key && names_.back().size() > kMaxNames)
      throw std::runtime_error("it has too many names");
    return true;
  }

 private:
  std::vector<std::set<std::string>> names_;
};

}  // namespace

Result<ordered_json> parse_object(std::string_view text) {
  try {
    // By reference: the parser copies what it is given.
    Watch watch;
    ordered_json parsed = ordered_json::parse(
        text, [&](int depth, ordered_json::parse_event_t event, const ordered_json& value) {
          return watch(depth, event, value);
        });
    if (!parsed.is_object()) return fail("it is not a JSON object");
    return parsed;
  } catch (const ordered_json::exception&) {
    return fail("it is not JSON");
  } catch (const std::exception& error) {
    return fail(error.what());
  }
}

std::optional<std::int64_t> whole_number(const ordered_json& json, std::int64_t low,
                                         std::int64_t high) {
  if (!json.is_number_integer()) return std::nullopt;
  if (json.is_number_unsigned() &&
      json.get<std::uint64_t>() > std::uint64_t(std::numeric_limits<std::int64_t>::max()))
    return std::nullopt;
  const auto value = json.get<std::int64_t>();
  if (value < low || value > high) return std::nullopt;
  return value;
}

std::optional<double> number(const ordered_json& json, double low, double high) {
  if (!json.is_number()) return std::nullopt;
  const auto value = json.get<double>();
  if (!(value >= low && value <= high)) return std::nullopt;
  return value;
}

}  // namespace numeral
