#include "train/evaluation/redrawn_digits.h"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <set>
#include <string>

#include "native/model_files.h"
#include "support/drawn_dataset.h"
#include "support/model.h"

namespace numeral {
namespace {

TEST_CASE("Digits are redrawn in every kind, classified, and the right answers counted") {
  auto recognizer = load_recognizer(test::published_model());
  REQUIRE(recognizer);
  const auto results = accuracy_by_drawing(*recognizer, test::drawn_dataset(40), 20);
  REQUIRE(results);
  REQUIRE(results->size() == drawing_kinds().size());
  std::set<std::string> groups;
  for (const DrawingResult& result : *results) {
    groups.insert(result.group);
    CHECK(result.total == 20);
    INFO(result.group << " " << result.what << ": " << result.correct);
    CHECK(result.correct >= (result.group == "Brush" ? 18 : 10));
  }
  CHECK(groups == std::set<std::string>{"Brush", "Size", "Squashed"});

  const auto again = accuracy_by_drawing(*recognizer, test::drawn_dataset(40), 20);
  REQUIRE(again);
  for (std::size_t i = 0; i < results->size(); ++i)
    CHECK((*again)[i].correct == (*results)[i].correct);
}

TEST_CASE("Each kind of drawing is what its name says") {
  for (const auto& [group, what, redrawing] : drawing_kinds()) {
    CAPTURE(group, what);
    // The width of the brush is that at full size: it shrinks with the digit.
    const std::string brush = std::to_string(std::lround(redrawing.brush * redrawing.size));
    const std::string size = std::to_string(std::lround(redrawing.size * 100));
    const std::string width = std::to_string(std::lround(1 / redrawing.squash_x));
    const std::string height = std::to_string(std::lround(1 / redrawing.squash_y));
    CHECK((group == "Brush" ? what : "14 px") == brush + " px");
    CHECK((group == "Size" ? what : "100 %") == size + " %");
    const bool is_narrow = what.ends_with("width"), is_low = what.ends_with("height");
    CHECK((is_narrow ? what : "to 1/1 of the width") == "to 1/" + width + " of the width");
    CHECK((is_low ? what : "to 1/1 of the height") == "to 1/" + height + " of the height");
    CHECK((group == "Squashed") == (is_narrow || is_low));
  }
}

TEST_CASE("Digits under wrong labels are counted as wrong") {
  auto recognizer = load_recognizer(test::published_model());
  REQUIRE(recognizer);
  IdxDataset digits = test::drawn_dataset(10);
  for (auto& label : digits.labels) label = static_cast<std::uint8_t>((label + 1) % 10);
  const auto results = accuracy_by_drawing(*recognizer, digits);
  REQUIRE(results);
  for (const DrawingResult& result : *results) {
    CHECK(result.total == 10);
    CHECK(result.correct <= 3);
  }
}

}  // namespace
}  // namespace numeral
