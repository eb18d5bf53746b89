#include "photo/marks.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cmath>
#include <functional>
#include <vector>

namespace numeral {
namespace {

/// An image of 400 x 300 pixels.
class Ink {
 public:
  Ink& with(const Box& box) {
    for (int y = box.top; y < box.bottom; ++y)
      for (int x = box.left; x < box.right; ++x) set(x, y);
    return *this;
  }

  /// A digit's stand-in, 60 pixels high: a hook like a 7.
  Ink& with_hook(int left, int top) {
    return with({left, top, left + 40, top + 6}).with({left + 34, top, left + 40, top + 60});
  }

  /// The outline of a box, with lines of 5 pixels.
  Ink& with_frame(const Box& box) {
    return with({box.left, box.top, box.right, box.top + 5})
        .with({box.left, box.bottom - 5, box.right, box.bottom})
        .with({box.left, box.top, box.left + 5, box.bottom})
        .with({box.right - 5, box.top, box.right, box.bottom});
  }

  /// An oval around a point, as far as `share` of its circumference, from the right on.
  Ink& with_oval(int x, int y, int radius_x, int radius_y, double share = 1) {
    for (int step = 0; step < 2000 * share; ++step) {
      const double angle = step * 2 * 3.14159265 / 2000;
      const int u = x + int(std::lround(radius_x * std::cos(angle))),
                v = y + int(std::lround(radius_y * std::sin(angle)));
      with({u - 2, v - 2, u + 3, v + 3});
    }
    return *this;
  }

  Ink& with_disc(int x, int y, int radius) {
    for (int v = -radius; v <= radius; ++v)
      for (int u = -radius; u <= radius; ++u)
        if (u * u + v * v <= radius * radius) set(x + u, y + v);
    return *this;
  }

  FloatImage image{400, 300, std::vector<float>(400 * 300)};

 private:
  void set(int x, int y) { image.pixels[std::size_t(y) * 400 + x] = 0.8f; }
};

using Add = std::function<Ink&(Ink&)>;

/// Whether a mark is removed from beside writing, and nothing else.
bool is_removed(const Add& writing, const Add& mark) {
  Ink ink, expected;
  mark(writing(ink)), writing(expected);
  remove_marks(ink.image);
  return ink.image.pixels == expected.image.pixels;
}

/// Whether nothing is removed.
bool stays(const Add& all) {
  Ink ink;
  all(ink);
  const FloatImage before = ink.image;
  return remove_marks(ink.image) && ink.image.pixels == before.pixels;
}

Ink& number(Ink& ink) { return ink.with_hook(100, 100).with_hook(160, 100).with_hook(220, 100); }

TEST_CASE("What is underlined loses its lines", "[marks]") {
  CHECK(is_removed(number, [](Ink& ink) -> Ink& { return ink.with({90, 175, 270, 181}); }));
  // One digit; two lines.
  const Add digit = [](Ink& ink) -> Ink& { return ink.with_hook(160, 100); };
  CHECK(is_removed(digit, [](Ink& ink) -> Ink& { return ink.with({150, 170, 210, 176}); }));
  CHECK(is_removed(digit, [](Ink& ink) -> Ink& {
    return ink.with({150, 170, 210, 176}).with({150, 190, 210, 196});
  }));
  // The line of a sum.
  CHECK(is_removed([](Ink& ink) -> Ink& { return number(ink).with_hook(160, 220); },
                   [](Ink& ink) -> Ink& { return ink.with({90, 170, 270, 176}); }));
}

TEST_CASE("What is no underline stays", "[marks]") {
  CHECK(stays([](Ink& ink) -> Ink& { return ink.with({90, 175, 270, 181}); }));
  // Too far; far too long; too short.
  CHECK(stays([](Ink& ink) -> Ink& { return number(ink).with({90, 220, 270, 226}); }));
  CHECK(stays([](Ink& ink) -> Ink& { return ink.with_hook(160, 100).with({20, 175, 380, 181}); }));
  CHECK(stays([](Ink& ink) -> Ink& { return number(ink).with({160, 175, 190, 181}); }));
  // A minus, below another row; and the detached bar of a 5 there.
  CHECK(stays([](Ink& ink) -> Ink& {
    return ink.with_hook(100, 50).with({100, 150, 140, 156}).with_hook(160, 120);
  }));
  CHECK(stays([](Ink& ink) -> Ink& {
    return ink.with_hook(100, 50).with({100, 150, 140, 156}).with({100, 160, 106, 210});
  }));
  // The foot of a 2; that of a 1 may go.
  CHECK(stays([](Ink& ink) -> Ink& { return ink.with_hook(160, 100).with({160, 162, 203, 168}); }));
}

TEST_CASE("A frame around writing is removed", "[marks]") {
  const Add frame = [](Ink& ink) -> Ink& { return ink.with_frame({80, 80, 290, 190}); };
  CHECK(is_removed(number, frame));
  const Add digit = [](Ink& ink) -> Ink& { return ink.with_hook(160, 100); };
  CHECK(is_removed(digit, frame));
  Ink ink;
  frame(digit(ink));
  CHECK(remove_marks(ink.image));
  // An empty one; one that is open below; one that writing touches; the edge of a sheet.
  CHECK(stays(frame));
  CHECK(stays([&](Ink& ink) -> Ink& {
    return digit(ink).with({80, 80, 290, 85}).with({80, 80, 85, 190}).with({285, 80, 290, 190});
  }));
  CHECK(stays([&](Ink& ink) -> Ink& { return frame(digit(ink)).with({80, 130, 200, 136}); }));
  CHECK(stays([&](Ink& ink) -> Ink& { return digit(ink).with_frame({0, 0, 400, 300}); }));
}

TEST_CASE("Cells around writing are removed", "[marks]") {
  const auto cells = [](Ink& ink) -> Ink& {
    return ink.with_frame({80, 80, 270, 190}).with({147, 80, 152, 190}).with({208, 80, 213, 190});
  };
  CHECK(is_removed(number, cells));
  Ink ink;
  cells(number(ink));
  CHECK(remove_marks(ink.image));
  // A line beside an empty cell may be a 1.
  cells((ink = {}).with_hook(100, 100).with_hook(220, 100));
  CHECK_FALSE(remove_marks(ink.image));
  // A digit that touches its cell.
  CHECK(stays([&](Ink& ink) -> Ink& { return cells(number(ink)).with({175, 150, 210, 156}); }));
}

TEST_CASE("An oval around writing is removed", "[marks]") {
  const double share = GENERATE(1.0, 0.98);
  const auto oval = [&](Ink& ink) -> Ink& { return ink.with_oval(180, 130, 120, 80, share); };
  CHECK(is_removed(number, oval));
  Ink ink;
  oval(number(ink));
  CHECK(remove_marks(ink.image));
  // Around a single stroke it may be a 0.
  const Add digit = [](Ink& ink) -> Ink& { return ink.with_hook(160, 100); };
  CHECK(is_removed(digit, oval));
  oval(digit(ink = {}));
  CHECK_FALSE(remove_marks(ink.image));
  // A 0 with dirt inside.
  CHECK(stays([&](Ink& ink) -> Ink& { return oval(ink).with_disc(180, 130, 6); }));
}

TEST_CASE("Punched holes are removed", "[marks]") {
  const Add holes = [](Ink& ink) -> Ink& {
    for (const int y : {40, 100, 160, 220}) ink.with_disc(25, y, 8);
    return ink;
  };
  CHECK(is_removed(number, holes));
  CHECK(is_removed(number, [](Ink& ink) -> Ink& {
    for (int x = 20; x < 380; x += 30) ink.with_disc(x, 280, 6);
    return ink;
  }));
  // Dots in the middle; two; nothing else.
  CHECK(stays([](Ink& ink) -> Ink& {
    for (const int y : {40, 100, 160}) number(ink).with_disc(300, y, 8);
    return ink;
  }));
  CHECK(stays(
      [](Ink& ink) -> Ink& { return number(ink).with_disc(25, 40, 8).with_disc(25, 90, 8); }));
  CHECK(stays(holes));
}

}  // namespace
}  // namespace numeral
