#include "native/printable.h"

#include <catch2/catch_test_macros.hpp>

namespace numeral {
namespace {

using namespace std::string_literals;

TEST_CASE("Text stays as it is", "[printable]") {
  for (const char* text : {"", "drawing.png: the picture is blank", "größe.png", "数字.png",
                           "\xf0\x9f\x96\x8a.png", "C:\\x41\\", "value \"image\""})
    CHECK(printable(text) == text);
}

TEST_CASE("What controls a terminal is escaped", "[printable]") {
  CHECK(printable("a\nb\r\tc") == "a\\nb\\r\\tc");
  CHECK(printable("\x1b[2J\x7f\0"s) == "\\x1b[2J\\x7f\\x00");
  // The same as ESC [ in Unicode; line and paragraph separators; right to left.
  CHECK(printable("\u009b2J") == "\\x9b2J");
  CHECK(printable("\u2028\u2029") == "\\u2028\\u2029");
  CHECK(printable("gnp.\u202etxt\u2066\u061c\u200f") == "gnp.\\u202etxt\\u2066\\u061c\\u200f");
}

TEST_CASE("Invalid UTF-8 is escaped", "[printable]") {
  CHECK(printable("\xff"
                  "a\x80") == "\\xffa\\x80");
  CHECK(printable("\xc0\xaf") == "\\xc0\\xaf");           // overlong
  CHECK(printable("\xed\xa0\x80") == "\\xed\\xa0\\x80");  // a surrogate
  CHECK(printable("\xe2\x82\x1b") == "\\xe2\\x82\\x1b");  // cut off
}

}  // namespace
}  // namespace numeral
