#include "core/connected_components.h"

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <string_view>

namespace numeral {
namespace {

/// A picture of rows of characters: a digit's tenths are ink, anything else is not.
FloatImage picture(std::initializer_list<std::string_view> rows) {
  FloatImage image{static_cast<int>(rows.begin()->size()), static_cast<int>(rows.size()), {}};
  for (const std::string_view row : rows)
    for (const char c : row) image.pixels.push_back(c >= '1' && c <= '9' ? float(c - '0') / 10 : 0);
  return image;
}

TEST_CASE("Without ink there are no pieces", "[pieces]") {
  const ConnectedComponents pieces = find_connected_components(picture({"...", "..."}));
  CHECK(pieces.boxes.empty());
  CHECK(pieces.labels == std::vector<int>(6, -1));
}

TEST_CASE("Ink hangs together over sides and corners", "[pieces]") {
  const ConnectedComponents pieces = find_connected_components(picture({
      "9..9....",
      ".9.9..9.",
      "..9...9.",
      "......99",
  }));
  REQUIRE(pieces.boxes.size() == 2);
  CHECK(pieces.boxes[0] == Box{0, 0, 4, 3});
  CHECK(pieces.boxes[1] == Box{6, 1, 8, 4});
  CHECK(pieces.labels[0] == 0);
  CHECK(pieces.labels[3] == 0);
  CHECK(pieces.labels[1] == -1);
  CHECK(pieces.labels[3 * 8 + 7] == 1);
}

TEST_CASE("Pieces that meet only further down are one", "[pieces]") {
  // Arms that join late, and a spiral.
  CHECK(find_connected_components(picture({"9.9.9", "9.9.9", "99999"})).boxes.size() == 1);
  CHECK(find_connected_components(picture({"99999", "9...9", "9.9.9", "9.999", "9...."})).boxes.size() == 1);
  CHECK(find_connected_components(picture({"99999", "9...9", "9.9.9", "9...9", "99999"})).boxes.size() == 2);
}

TEST_CASE("Rows that end and begin with ink do not touch", "[pieces]") {
  CHECK(find_connected_components(picture({"...9", "....", "9..."})).boxes.size() == 2);
  CHECK(find_connected_components(picture({"...9", "9..."})).boxes.size() == 2);
}

TEST_CASE("Pieces are cut out without the others", "[pieces]") {
  const FloatImage ink = picture({
      "9999.",
      "...9.",
      "51.9.",
      "...9.",
      "....8",
  });
  const ConnectedComponents pieces = find_connected_components(ink);
  REQUIRE(pieces.boxes.size() == 2);
  const FloatImage first = cut_out(ink, pieces, std::array{0});
  CHECK(first.width == 5);
  CHECK(first.height == 5);
  CHECK(first.at(0, 2) == 0);
  CHECK(first.at(4, 4) == 0.8f);
  const FloatImage second = cut_out(ink, pieces, std::array{1});
  CHECK(second.width == 2);
  CHECK(second.height == 1);
  CHECK(second.pixels == std::vector<float>{0.5f, 0.1f});
  CHECK(cut_out(ink, pieces, std::array{1, 0}).pixels == ink.pixels);
}

}  // namespace
}  // namespace numeral
