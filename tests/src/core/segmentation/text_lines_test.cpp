#include "core/segmentation/text_lines.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cmath>

namespace numeral {
namespace {

using Lines = std::vector<std::vector<int>>;

/// A box by its left upper corner and its size.
Box box(int left, int top, int width, int height) {
  return {left, top, left + width, top + height};
}

/// Boxes of 20 x 30 in rows, row by row, that rise or fall with the slope.
std::vector<Box> grid(int rows, int columns, int step_x, int step_y, float slope = 0) {
  std::vector<Box> boxes;
  for (int row = 0; row < rows; ++row)
    for (int column = 0; column < columns; ++column) {
      const int rise = static_cast<int>(std::lround(slope * float(column * step_x)));
      boxes.push_back(box(column * step_x, row * step_y + rise, 20, 30));
    }
  return boxes;
}

TEST_CASE("Nothing has no lines", "[text_lines]") {
  const TextLines found = find_text_lines({});
  CHECK(found.lines.empty());
  CHECK(found.unassigned.empty());
}

TEST_CASE("Components side by side are a line, above each other several", "[text_lines]") {
  CHECK(find_text_lines({box(5, 5, 20, 30)}).lines == Lines{{0}});
  CHECK(find_text_lines(grid(1, 4, 30, 0)).lines == Lines{{0, 1, 2, 3}});
  CHECK(find_text_lines(grid(3, 1, 0, 40)).lines == Lines{{0}, {1}, {2}});
  CHECK(find_text_lines(grid(2, 3, 30, 40)).lines == Lines{{0, 1, 2}, {3, 4, 5}});
  // Wherever they are in the list.
  CHECK(find_text_lines(
            {box(60, 40, 20, 30), box(30, 0, 20, 30), box(20, 42, 20, 30), box(0, 2, 20, 30)})
            .lines == Lines{{1, 3}, {0, 2}});
}

TEST_CASE("The tilt of lines is found", "[text_lines]") {
  const float slope = GENERATE(-0.3f, -0.2f, -0.1f, 0.1f, 0.2f, 0.3f);
  CAPTURE(slope);
  CHECK(find_text_lines(grid(3, 4, 30, 40, slope)).lines ==
        Lines{{0, 1, 2, 3}, {4, 5, 6, 7}, {8, 9, 10, 11}});
  CHECK(find_text_lines(grid(1, 8, 30, 0, slope)).lines.size() == 1);
}

TEST_CASE("A wide gap does not end a line", "[text_lines]") {
  std::vector<Box> boxes = grid(2, 2, 30, 40);
  for (const Box& each : grid(2, 2, 30, 40))
    boxes.push_back({each.left + 250, each.top, each.right + 250, each.bottom});
  CHECK(find_text_lines(boxes).lines == Lines{{0, 1, 4, 5}, {2, 3, 6, 7}});
}

TEST_CASE("Lines far apart do not set the tilt", "[text_lines]") {
  // Two alone, at the left above and at the right below, or the other way round.
  CHECK(find_text_lines({box(0, 0, 20, 30), box(70, 32, 20, 30)}).lines == Lines{{0}, {1}});
  CHECK(find_text_lines({box(0, 32, 20, 30), box(70, 0, 20, 30)}).lines == Lines{{1}, {0}});
  CHECK(find_text_lines({box(0, 0, 20, 30), box(130, 36, 20, 30)}).lines == Lines{{0}, {1}});
}

TEST_CASE("Small components belong to the nearest line, if any is near", "[text_lines]") {
  // A bar above the lower line, a dot under the upper one, a dot beside it, one far below.
  std::vector<Box> boxes = grid(2, 2, 30, 50);
  boxes.push_back(box(0, 43, 20, 3));
  boxes.push_back(box(35, 33, 3, 3));
  boxes.push_back(box(150, 10, 3, 3));
  boxes.push_back(box(20, 99, 3, 3));
  const TextLines found = find_text_lines(boxes);
  CHECK(found.lines == Lines{{0, 1, 5, 6}, {2, 3, 4}});
  CHECK(found.unassigned == std::vector<int>{7});
}

TEST_CASE("A high component belongs to the line that it reaches into, if it is one",
          "[text_lines]") {
  std::vector<Box> boxes = grid(2, 3, 30, 60);
  boxes.push_back(box(90, 0, 20, 55));  // down to the second line, but not into it
  CHECK(find_text_lines(boxes).lines == Lines{{0, 1, 2, 6}, {3, 4, 5}});
  boxes.back() = box(90, 0, 20, 90);
  const TextLines found = find_text_lines(boxes);
  CHECK(found.lines == Lines{{0, 1, 2}, {3, 4, 5}});
  CHECK(found.unassigned.empty());
  REQUIRE(found.touching.size() == 1);
  CHECK(found.touching[0].component == 6);
  CHECK(found.touching[0].top == 15);
  CHECK(found.touching[0].bottom == 75);
}

TEST_CASE("A line of higher components is a line", "[text_lines]") {
  std::vector<Box> boxes = grid(2, 4, 30, 40);
  boxes.push_back(box(0, 90, 50, 70));
  boxes.push_back(box(60, 92, 50, 70));
  CHECK(find_text_lines(boxes).lines == Lines{{0, 1, 2, 3}, {4, 5, 6, 7}, {8, 9}});
}

}  // namespace
}  // namespace numeral
