#include "one_line.h"

#include <catch2/catch_test_macros.hpp>

namespace numeral {
namespace {

using namespace std::string_literals;

TEST_CASE("What people write stays as it is") {
  for (const char* text : {"", "drawing.png: the picture is blank", "größe.png", "数字.png",
                           "\xf0\x9f\x96\x8a.png", "C:\\x41", "\xc2\xa0"})
    CHECK(one_line(text) == text);
}

TEST_CASE("What would do something to a terminal is spelt out") {
  CHECK(one_line("a\nb\r\tc") == "a\\x0ab\\x0d\\x09c");
  CHECK(one_line("\x1b[2J\x7f\0"s) == "\\x1b[2J\\x7f\\x00");
  // The same as ESC [, in Unicode; ends of lines and paragraphs; the other direction.
  CHECK(one_line("\xc2\x9b"
                 "2J") ==
        "\\xc2\\x9b"
        "2J");
  CHECK(one_line("\xe2\x80\xa8\xe2\x80\xa9") == "\\xe2\\x80\\xa8\\xe2\\x80\\xa9");
  CHECK(one_line("gnp.\xe2\x80\xaetxt") == "gnp.\\xe2\\x80\\xaetxt");
  CHECK(one_line("\xe2\x81\xa6\xd8\x9c\xe2\x80\x8f") == "\\xe2\\x81\\xa6\\xd8\\x9c\\xe2\\x80\\x8f");
}

TEST_CASE("What is no UTF-8 is spelt out") {
  CHECK(one_line("\xff"
                 "a\x80") == "\\xffa\\x80");
  CHECK(one_line("\xc0\xaf") == "\\xc0\\xaf");                    // longer than need be
  CHECK(one_line("\xe0\x80\x9b") == "\\xe0\\x80\\x9b");           // likewise
  CHECK(one_line("\xed\xa0\x80") == "\\xed\\xa0\\x80");           // half of a pair
  CHECK(one_line("\xf4\x90\x80\x80") == "\\xf4\\x90\\x80\\x80");  // too large
  CHECK(one_line("\xe2\x82") == "\\xe2\\x82");                    // cut off
  CHECK(one_line("\xe2\x82\x1b") == "\\xe2\\x82\\x1b");
}

}  // namespace
}  // namespace numeral
