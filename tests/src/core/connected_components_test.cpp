#include "core/connected_components.h"

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <string_view>

namespace numeral {
namespace {

/// An image drawn with characters: a digit's tenths are ink, anything else is 0.
FloatImage picture(std::initializer_list<std::string_view> rows) {
  FloatImage image{static_cast<int>(rows.begin()->size()), static_cast<int>(rows.size()), {}};
  for (const std::string_view row : rows)
    for (const char c : row) image.pixels.push_back(c >= '1' && c <= '9' ? float(c - '0') / 10 : 0);
  return image;
}

TEST_CASE("An image without ink has no connected components", "[connected_components]") {
  const ConnectedComponents components = find_connected_components(picture({"...", "..."}));
  CHECK(components.boxes.empty());
  CHECK(components.labels == std::vector<int>(6, -1));
}

TEST_CASE("Pixels are connected at sides and corners", "[connected_components]") {
  const ConnectedComponents components = find_connected_components(picture({
      "9..9....",
      ".9.9..9.",
      "..9...9.",
      "......99",
  }));
  REQUIRE(components.boxes.size() == 2);
  CHECK(components.boxes[0] == Box{0, 0, 4, 3});
  CHECK(components.boxes[1] == Box{6, 1, 8, 4});
  CHECK(components.labels[0] == 0);
  CHECK(components.labels[3] == 0);
  CHECK(components.labels[1] == -1);
  CHECK(components.labels[3 * 8 + 7] == 1);
}

TEST_CASE("Branches that meet only in a later row are one component", "[connected_components]") {
  // Arms that join late, and a spiral.
  CHECK(find_connected_components(picture({"9.9.9", "9.9.9", "99999"})).boxes.size() == 1);
  CHECK(find_connected_components(picture({"99999", "9...9", "9.9.9", "9.999", "9...."}))
            .boxes.size() == 1);
  CHECK(find_connected_components(picture({"99999", "9...9", "9.9.9", "9...9", "99999"}))
            .boxes.size() == 2);
}

TEST_CASE("The end of a row is not connected with the start of the next",
          "[connected_components]") {
  CHECK(find_connected_components(picture({"...9", "....", "9..."})).boxes.size() == 2);
  CHECK(find_connected_components(picture({"...9", "9..."})).boxes.size() == 2);
}

TEST_CASE("Components are cropped without the others", "[connected_components]") {
  const FloatImage ink = picture({
      "9999.",
      "...9.",
      "51.9.",
      "...9.",
      "....8",
  });
  const ConnectedComponents components = find_connected_components(ink);
  REQUIRE(components.boxes.size() == 2);
  const FloatImage first = crop_components(ink, components, std::array{0}, {0, 0, 5, 5});
  CHECK(first.width == 5);
  CHECK(first.height == 5);
  CHECK(first.at(0, 2) == 0);
  CHECK(first.at(4, 4) == 0.8f);
  const FloatImage second = crop_components(ink, components, std::array{1}, {0, 2, 2, 3});
  CHECK(second.width == 2);
  CHECK(second.height == 1);
  CHECK(second.pixels == std::vector<float>{0.5f, 0.1f});
  CHECK(crop_components(ink, components, std::array{1, 0}, {0, 0, 5, 5}).pixels == ink.pixels);
}

TEST_CASE("A component is cut where it is thinnest", "[connected_components]") {
  const FloatImage ink = picture({
      "999..9",
      "9.9...",
      "..9...",
      "..9...",
      "..9...",
      ".999..",
      ".999..",
  });
  ConnectedComponents components = find_connected_components(ink);
  REQUIRE(components.boxes.size() == 2);
  cut_component(ink, components, 0, 1, 7);
  REQUIRE(components.boxes.size() == 3);
  // Of three rows that are as thin, in the middle.
  CHECK(components.boxes[0] == Box{0, 0, 3, 4});
  CHECK(components.boxes[1] == Box{5, 0, 6, 1});
  CHECK(components.boxes[2] == Box{1, 4, 4, 7});
  CHECK(components.labels[3 * 6 + 2] == 0);
  CHECK(components.labels[4 * 6 + 2] == 2);
  CHECK(components.labels[0 * 6 + 5] == 1);
  // Wherever it is to be cut, both parts have a row.
  cut_component(ink, components, 2, 0, 5);
  REQUIRE(components.boxes.size() == 4);
  CHECK(components.boxes[2] == Box{2, 4, 3, 5});
  CHECK(components.boxes[3] == Box{1, 5, 4, 7});
}

}  // namespace
}  // namespace numeral
