#include "core/explanation/json_writer.h"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

namespace numeral {
namespace {

TEST_CASE("Words in JSON may hold any character", "[json_writer]") {
  std::string text;
  JsonWriter json(text);
  json.begin('[');
  json.add("a \"quoted\" \\ word,\n\x01 and [{:");
  json.add("next");
  json.add(std::int64_t{-5});
  json.end(']');
  CHECK(nlohmann::json::parse(text) ==
        nlohmann::json({"a \"quoted\" \\ word,\n\x01 and [{:", "next", -5}));
}

}  // namespace
}  // namespace numeral
