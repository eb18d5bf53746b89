#include "core/preprocess.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <cmath>
#include <numeric>

#include "support/drawing.h"

namespace numeral {
namespace {

using Catch::Matchers::WithinAbs;
using test::digit_strokes;
using test::draw;
using test::Placement;

GrayImage filled(int width, int height, std::uint8_t level) {
  return {width, height, std::vector<std::uint8_t>(std::size_t(width) * height, level)};
}

GrayImage inverted(GrayImage image) {
  for (std::uint8_t& level : image.pixels) level = static_cast<std::uint8_t>(255 - level);
  return image;
}

/// The mean absolute difference of two inputs relative to their mean ink: 0 for equal inputs, 2
/// where their ink does not overlap.
float difference(const NetworkInput& a, const NetworkInput& b) {
  float apart = 0, ink = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    apart += std::abs(a[i] - b[i]);
    ink += (a[i] + b[i]) / 2;
  }
  return apart / ink;
}

/// The standard deviation of the ink's position on one axis, in pixels.
float spread(const NetworkInput& input, bool vertical) {
  float mass = 0, first = 0, second = 0;
  for (int i = 0; i < kInputSize * kInputSize; ++i) {
    const auto position = float(vertical ? i / kInputSize : i % kInputSize);
    mass += input[i];
    first += input[i] * position;
    second += input[i] * position * position;
  }
  return std::sqrt(second / mass - first / mass * first / mass);
}

float centre(const NetworkInput& input, bool vertical) {
  float mass = 0, moment = 0;
  for (int i = 0; i < kInputSize * kInputSize; ++i) {
    mass += input[i];
    moment += input[i] * (float(vertical ? i / kInputSize : i % kInputSize) + 0.5f);
  }
  return moment / mass;
}

TEST_CASE("A blank image has no network input", "[preprocess]") {
  CHECK_FALSE(preprocess({}));
  CHECK_FALSE(preprocess(filled(280, 280, 255)));
  CHECK_FALSE(preprocess(filled(280, 280, 0)));
  CHECK_FALSE(preprocess(filled(1, 1, 128)));
}

TEST_CASE("Noise alone is blank", "[preprocess]") {
  GrayImage image = filled(100, 100, 200);
  for (std::size_t i = 0; i < image.pixels.size(); ++i)
    image.pixels[i] = static_cast<std::uint8_t>(190 + i * 7919 % 21);
  CHECK_FALSE(preprocess(image));
}

TEST_CASE("Values are from 0 to 1 and reach 1", "[preprocess]") {
  const int digit = GENERATE(range(0, 10));
  const float brush = GENERATE(1.0f, 8.0f, 28.0f);
  Placement placement;
  placement.brush = brush;
  const auto input = preprocess(draw(digit_strokes(digit), placement));
  REQUIRE(input);
  CHECK(*std::min_element(input->begin(), input->end()) >= 0);
  CHECK(*std::max_element(input->begin(), input->end()) == 1);
}

TEST_CASE("The digit fits a 20x20 box around its centre of mass", "[preprocess]") {
  const int digit = GENERATE(range(0, 10));
  const auto input = preprocess(draw(digit_strokes(digit), {}));
  REQUIRE(input);
  CHECK_THAT(centre(*input, false), WithinAbs(14.5, 0.05));
  CHECK_THAT(centre(*input, true), WithinAbs(14.5, 0.05));

  int top = kInputSize, bottom = -1;
  for (int i = 0; i < kInputSize * kInputSize; ++i)
    if ((*input)[i] > 0.01f) {
      top = std::min(top, i / kInputSize);
      bottom = std::max(bottom, i / kInputSize);
    }
  // 20 pixels, or 21 where they begin at a fraction of a pixel.
  CHECK(bottom - top + 1 >= 20);
  CHECK(bottom - top + 1 <= 21);
}

TEST_CASE("The input does not depend on a digit's position", "[preprocess]") {
  const int digit = GENERATE(range(0, 10));
  Placement centred, corner;
  centred.size = corner.size = 100;
  centred.left = centred.top = 90;
  corner.left = 11;
  corner.top = 160;
  const auto a = preprocess(draw(digit_strokes(digit), centred));
  const auto b = preprocess(draw(digit_strokes(digit), corner));
  REQUIRE((a && b));
  CHECK(difference(*a, *b) < 1e-4f);
}

TEST_CASE("The input nearly does not depend on a digit's size", "[preprocess]") {
  const int digit = GENERATE(range(0, 10));
  const float scale = GENERATE(0.3f, 0.4f, 0.55f, 0.8f);
  Placement full, small;
  small.size = full.size * scale;
  small.brush = full.brush * scale;
  const auto a = preprocess(draw(digit_strokes(digit), full));
  const auto b = preprocess(draw(digit_strokes(digit), small));
  REQUIRE((a && b));
  CHECK(difference(*a, *b) < 0.12f);
}

TEST_CASE("Dark on light and light on dark give the same input", "[preprocess]") {
  const int digit = GENERATE(range(0, 10));
  const GrayImage image = draw(digit_strokes(digit), {});
  const auto a = preprocess(image);
  const auto b = preprocess(inverted(image));
  REQUIRE((a && b));
  CHECK(*a == *b);
}

TEST_CASE("Faint ink on grey paper gives nearly the same input", "[preprocess]") {
  const int digit = GENERATE(range(0, 10));
  Placement faint;
  faint.ink = 120;
  faint.paper = 180;
  const auto a = preprocess(draw(digit_strokes(digit), {}));
  const auto b = preprocess(draw(digit_strokes(digit), faint));
  REQUIRE((a && b));
  CHECK(difference(*a, *b) < 0.05f);
}

TEST_CASE("The brush does not affect position and size", "[preprocess]") {
  // The strokes' thickness differs, as drawn. The digit's position and extent must not.
  const int digit = GENERATE(0, 2, 3, 4, 5, 6, 7, 8, 9);
  const float brush = GENERATE(8.0f, 14.0f, 28.0f);
  Placement other;
  other.brush = brush;
  const auto a = preprocess(draw(digit_strokes(digit), {}));
  const auto b = preprocess(draw(digit_strokes(digit), other));
  REQUIRE((a && b));
  CHECK(difference(*a, *b) < 0.8f);
  for (const bool vertical : {false, true})
    CHECK_THAT(spread(*b, vertical), WithinAbs(spread(*a, vertical), 0.6));
}

TEST_CASE("Light noise on the paper is removed", "[preprocess]") {
  const GrayImage clean = draw(digit_strokes(5), {});
  GrayImage noisy = clean;
  for (std::size_t i = 0; i < noisy.pixels.size(); ++i)
    noisy.pixels[i] = static_cast<std::uint8_t>(std::max(0, noisy.pixels[i] - int(i * 7919 % 8)));
  const auto a = preprocess(clean);
  const auto b = preprocess(noisy);
  REQUIRE((a && b));
  CHECK(difference(*a, *b) < 0.05f);
}

TEST_CASE("Ink that needs no scaling is moved by whole pixels", "[preprocess]") {
  const int left = GENERATE(0, 5, 16), top = GENERATE(0, 3, 8);
  GrayImage image{kInputSize, kInputSize, std::vector<std::uint8_t>(kInputSize * kInputSize)};
  const auto level = [](int x, int y) {
    return static_cast<std::uint8_t>(20 + (x * 37 + y * 11) % 236);
  };
  for (int y = 0; y < kDigitSize; ++y)
    for (int x = 0; x < 12; ++x) image.pixels[(top + y) * kInputSize + left + x] = level(x, y);
  image.pixels[top * kInputSize + left] = 255;
  const auto input = preprocess(image);
  REQUIRE(input);

  const auto first = std::find_if(input->begin(), input->end(), [](float v) { return v > 0; });
  const auto offset = first - input->begin();
  for (int y = 0; y < kDigitSize; ++y)
    for (int x = 0; x < 12; ++x) {
      const float expected = x == 0 && y == 0 ? 1 : float(level(x, y)) / 255;
      CHECK((*input)[offset + y * kInputSize + x] == expected);
    }
  CHECK_THAT(centre(*input, false), WithinAbs(14.5, 0.5));
  CHECK_THAT(centre(*input, true), WithinAbs(14.5, 0.5));
}

TEST_CASE("All of a lopsided drawing stays inside", "[preprocess]") {
  // Nearly all ink is on one side: with the centre of mass in the middle, the other side would lie
  // outside.
  const auto heavy = [](int place) { return place < 2 ? 1.0f : 0.05f; };
  const int side = GENERATE(0, 1, 2, 3);
  FloatImage ink{kDigitSize, kDigitSize, {}};
  for (int y = 0; y < kDigitSize; ++y)
    for (int x = 0; x < kDigitSize; ++x) {
      const int places[] = {x, y, kDigitSize - 1 - x, kDigitSize - 1 - y};
      ink.pixels.push_back(heavy(places[side]));
    }
  const NetworkInput input = to_network_input(ink, InputMode::kInk);
  CHECK(std::ranges::count(input, 1.0f) == 2 * kDigitSize);
  CHECK(std::ranges::count(input, 0.05f) == 18 * kDigitSize);
}

TEST_CASE("Preprocessing a network input again only blurs it", "[preprocess]") {
  const int digit = GENERATE(range(0, 10));
  const auto once = preprocess(draw(digit_strokes(digit), {}));
  REQUIRE(once);
  GrayImage image{kInputSize, kInputSize, {}};
  for (const float value : *once)
    image.pixels.push_back(static_cast<std::uint8_t>(std::lround(value * 255)));
  const auto twice = preprocess(image);
  REQUIRE(twice);
  CHECK(difference(*once, *twice) < 0.35f);
}

TEST_CASE("Images of extreme aspect ratios are preprocessed", "[preprocess]") {
  GrayImage thin = filled(1, 500, 255);
  thin.pixels[250] = 0;
  CHECK(preprocess(thin));
  GrayImage flat = filled(3000, 2, 0);
  flat.pixels[1500] = 255;
  CHECK(preprocess(flat));
  GrayImage dot = filled(280, 280, 255);
  dot.pixels[280 * 140 + 3] = 0;
  const auto input = preprocess(dot);
  REQUIRE(input);
  CHECK(std::accumulate(input->begin(), input->end(), 0.0f) > 300);
}

TEST_CASE("A full image of the input's size stays as it is", "[preprocess]") {
  GrayImage image{kInputSize, kInputSize, {}};
  for (int i = 0; i < kInputSize * kInputSize; ++i)
    image.pixels.push_back(static_cast<std::uint8_t>(i * 7));
  const auto input = preprocess(image, InputMode::kFullImage);
  REQUIRE(input);
  for (std::size_t i = 0; i < input->size(); ++i)
    CHECK_THAT((*input)[i], WithinAbs(float(image.pixels[i]) / 255, 1e-6));
}

TEST_CASE("A full image is blank only where it is empty", "[preprocess]") {
  CHECK_FALSE(preprocess({}, InputMode::kFullImage));
  for (const int level : {0, 51, 255})
    for (const auto& [width, height] : {std::pair{1, 1}, {28, 28}, {5, 300}, {1000, 31}}) {
      CAPTURE(level, width, height);
      const auto input = preprocess(filled(width, height, static_cast<std::uint8_t>(level)),
                                    InputMode::kFullImage);
      REQUIRE(input);
      // Also at the edges: the outside does not count as black.
      for (const float value : *input) CHECK_THAT(value, WithinAbs(float(level) / 255, 1e-5));
    }
}

TEST_CASE("White stays at most 1 at any size", "[preprocess]") {
  for (int side = 1; side < 300; ++side) {
    CAPTURE(side);
    const auto input = preprocess(filled(side, 300 - side, 255), InputMode::kFullImage);
    REQUIRE(input);
    CHECK(*std::ranges::max_element(*input) <= 1);
  }
}

TEST_CASE("A full image is scaled down to means", "[preprocess]") {
  // A fine chequerboard in the left half, white in the right half.
  GrayImage image = filled(280, 140, 255);
  for (int y = 0; y < 140; ++y)
    for (int x = 0; x < 140; ++x)
      image.pixels[std::size_t(y) * 280 + x] = (x + y) % 2 == 0 ? 255 : 0;
  const auto input = preprocess(image, InputMode::kFullImage);
  REQUIRE(input);
  for (int y = 0; y < kInputSize; ++y)
    for (int x = 0; x < kInputSize; ++x)
      CHECK_THAT((*input)[std::size_t(y) * kInputSize + x], WithinAbs(x < 14 ? 0.5 : 1, 1e-2));
}

TEST_CASE("Input modes are found by their names", "[preprocess]") {
  CHECK(input_mode_named("ink") == InputMode::kInk);
  CHECK(input_mode_named("whole") == InputMode::kFullImage);
  CHECK_FALSE(input_mode_named("Ink"));
  CHECK(name_of(InputMode::kInk) == "ink");
  CHECK(name_of(InputMode::kFullImage) == "whole");
}

}  // namespace
}  // namespace numeral
