#include "train/base/json_reader.h"

#include <catch2/catch_test_macros.hpp>
#include <string>

namespace numeral {
namespace {

using nlohmann::ordered_json;

std::string repeated(const std::string& text, int count) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

TEST_CASE("An object is read in its order", "[strict_json]") {
  const auto read = parse_object(R"({"b": 1, "a": {"c": [2.5, "x"]}})");
  REQUIRE(read);
  CHECK(read->dump() == R"({"b":1,"a":{"c":[2.5,"x"]}})");
}

TEST_CASE("What is no plain object is refused with the reason", "[strict_json]") {
  const auto reason = [](const std::string& text) {
    const auto read = parse_object(text);
    REQUIRE_FALSE(read);
    return read.error().message;
  };
  for (const char* text : {"", "{", R"({"a": 1e999})", "{\"a\": \"\xff\"}", R"({"a": 1} x)"})
    CHECK(reason(text) == "it is not JSON");
  for (const char* text : {"[]", "1", "null", "\"a\""})
    CHECK(reason(text) == "it is not a JSON object");
  CHECK(reason(R"({"a": 1, "b": 2, "a": 3})") == "it has a name twice");
  CHECK(reason(R"({"x": {"a": 1, "a": 3}})") == "it has a name twice");
  CHECK(parse_object(R"({"x": {"a": 1}, "a": 3})"));
  CHECK(reason(R"({"a": )" + repeated("[", 100000)) == "it goes too deep");
  CHECK(reason(R"({"a": )" + repeated(R"({"a": )", 100)) == "it goes too deep");
  std::string many = "{";
  for (int i = 0; i < 100000; ++i) many += '"' + std::to_string(i) + "\": 1,";
  CHECK(reason(many) == "it has too many names");
}

TEST_CASE("Numbers are taken only where they are what is asked for", "[strict_json]") {
  CHECK(whole_number(ordered_json(7), 0, 7) == 7);
  CHECK(whole_number(ordered_json(-7), -7, 7) == -7);
  CHECK_FALSE(whole_number(ordered_json(8), 0, 7));
  CHECK_FALSE(whole_number(ordered_json(-1), 0, 7));
  CHECK_FALSE(whole_number(ordered_json(18446744073709551615u), -7, 7));
  CHECK_FALSE(whole_number(ordered_json(2.0), 0, 7));
  CHECK_FALSE(whole_number(ordered_json("2"), 0, 7));
  CHECK_FALSE(whole_number(ordered_json(true), 0, 7));
  CHECK(number(ordered_json(2.5), 0, 7) == 2.5);
  CHECK(number(ordered_json(2), 0, 7) == 2.0);
  CHECK_FALSE(number(ordered_json(1e300), 0, 7));
  CHECK_FALSE(number(ordered_json(), 0, 7));
  CHECK_FALSE(number(ordered_json::array(), 0, 7));
}

}  // namespace
}  // namespace numeral
