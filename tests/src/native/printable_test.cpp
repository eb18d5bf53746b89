#include "native/printable.h"

#include <catch2/catch_test_macros.hpp>

namespace numeral {
namespace {

using namespace std::string_literals;

TEST_CASE("What people write stays as it is") {
  for (const char* text : {"", "drawing.png: the picture is blank", "größe.png", "数字.png",
                           "\xf0\x9f\x96\x8a.png", "C:\\x41", "\xc2\xa0"})
    CHECK(printable(text) == text);
}

TEST_CASE("What would do something to a terminal is spelt out") {
  CHECK(printable("a\nb\r\tc") == "a\\x0ab\\x0d\\x09c");
  CHECK(printable("\x1b[2J\x7f\0"s) == "\\x1b[2J\\x7f\\x00");
  // The same as ESC [, in Unicode; ends of lines and paragraphs; the other direction.
  CHECK(printable("\xc2\x9b"
                  "2J") ==
        "\\xc2\\x9b"
        "2J");
  CHECK(printable("\xe2\x80\xa8\xe2\x80\xa9") == "\\xe2\\x80\\xa8\\xe2\\x80\\xa9");
  CHECK(printable("gnp.\xe2\x80\xaetxt") == "gnp.\\xe2\\x80\\xaetxt");
  CHECK(printable("\xe2\x81\xa6\xd8\x9c\xe2\x80\x8f") ==
        "\\xe2\\x81\\xa6\\xd8\\x9c\\xe2\\x80\\x8f");
}

TEST_CASE("What is no UTF-8 is spelt out") {
  CHECK(printable("\xff"
                  "a\x80") == "\\xffa\\x80");
  CHECK(printable("\xc0\xaf") == "\\xc0\\xaf");                    // longer than need be
  CHECK(printable("\xe0\x80\x9b") == "\\xe0\\x80\\x9b");           // likewise
  CHECK(printable("\xed\xa0\x80") == "\\xed\\xa0\\x80");           // half of a pair
  CHECK(printable("\xf4\x90\x80\x80") == "\\xf4\\x90\\x80\\x80");  // too large
  CHECK(printable("\xe2\x82") == "\\xe2\\x82");                    // cut off
  CHECK(printable("\xe2\x82\x1b") == "\\xe2\\x82\\x1b");
}

}  // namespace
}  // namespace numeral
