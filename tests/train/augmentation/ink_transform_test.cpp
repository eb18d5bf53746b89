#include "train/augmentation/ink_transform.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <set>

#include "support/drawn_dataset.h"
#include "train/augmentation/rasterizer.h"

namespace numeral {
namespace {

GrayImage sample_digit() { return test::drawn_dataset(6).image(5); }

/// The side of a picture so large that bends and jitter, at most a pixel, hardly matter.
constexpr int kLargeSide = 460;

/// The covariance of the ink's x and y, in pixels of the picture.
double covariance(const GrayImage& image) {
  double sum = 0, sum_x = 0, sum_y = 0, sum_xy = 0;
  for (int y = 0; y < image.height; ++y)
    for (int x = 0; x < image.width; ++x) {
      const double ink = image.at(x, y);
      sum += ink;
      sum_x += ink * x;
      sum_y += ink * y;
      sum_xy += ink * x * y;
    }
  return sum_xy / sum - sum_x / sum * sum_y / sum;
}

TEST_CASE("A transformed digit is ink on black") {
  const GrayImage digit = sample_digit();
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    Random random(seed);
    const GrayImage drawn = transform_ink(digit, random);
    REQUIRE(drawn.pixels.size() == std::size_t(drawn.width) * drawn.height);
    CHECK(drawn.at(0, 0) == 0);
    CHECK(*std::max_element(drawn.pixels.begin(), drawn.pixels.end()) == 255);
  }
}

TEST_CASE("No ink of a transformed digit is cut off at the edge") {
  const IdxDataset digits = test::drawn_dataset(10);
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Random random(seed);
    const GrayImage drawn = transform_ink(digits.image(seed % 10), random);
    int edge = 0;
    for (int i = 0; i < drawn.width; ++i)
      edge += drawn.at(i, 0) + drawn.at(i, drawn.height - 1) + drawn.at(0, i) +
              drawn.at(drawn.width - 1, i);
    CAPTURE(seed);
    CHECK(edge == 0);
  }
}

TEST_CASE("A digit is rotated by about nine degrees at most") {
  constexpr int kLength = 340;
  GrayImage bar = black_image(kLargeSide, kLargeSide);
  for (int y = 220; y < 240; ++y)
    for (int x = 60; x < 60 + kLength; ++x) bar.pixels[std::size_t(y * kLargeSide + x)] = 255;
  double largest = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Random random(seed);
    const GrayImage drawn = transform_ink(bar, random);
    const double length = kLength * 46.0 / kLargeSide;  // before it is squashed
    largest = std::max(largest, std::abs(covariance(drawn)) * 12 / (length * length));
  }
  // A bar of length 1, rotated by a, covers sin a * cos a in x times y. Squashing does not change
  // this, shearing by 0.15 adds 2 %.
  const double angle = std::asin(2 * largest) / 2 * 180 / 3.14159;
  CHECK(angle > 8);
  CHECK(angle < 11);
}

TEST_CASE("The same random numbers give the same input, others give another") {
  const GrayImage digit = sample_digit();
  Random a(1), b(1), c(2);
  const auto first = augment_ink(digit, a);
  CHECK(first == augment_ink(digit, b));
  CHECK(first != augment_ink(digit, c));
}

TEST_CASE("An augmented digit has values from 0 to 1") {
  const GrayImage digit = sample_digit();
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    Random random(seed);
    const auto input = augment_ink(digit, random);
    REQUIRE(input);
    const auto [lowest, highest] = std::minmax_element(input->begin(), input->end());
    CHECK(*lowest >= 0);
    CHECK(*highest == 1);
  }
}

TEST_CASE("A few augmented digits are dots, a few are broken") {
  GrayImage disc = black_image(kLargeSide, kLargeSide);
  draw_line(disc, {{230, 230}}, 400);
  int dotted = 0, broken = 0;
  constexpr int kCount = 1000;
  for (std::uint64_t example = 0; example < kCount; ++example) {
    Random random(1, 1, example);
    const auto input = augment_ink(disc, random);
    REQUIRE(input);
    // Pixels without ink in the middle of the disc.
    int gaps = 0;
    for (int y = 10; y < 18; ++y)
      for (int x = 10; x < 18; ++x) gaps += (*input)[std::size_t(y * kInputSize + x)] < 0.5f;
    dotted += gaps > 20;
    broken += gaps > 0 && gaps <= 20;
  }
  CHECK(dotted > kCount * 0.005);
  CHECK(dotted < kCount * 0.03);
  CHECK(broken > kCount * 0.01);
  CHECK(broken < kCount * 0.07);
}

TEST_CASE("A random shift moves an input by at most a pixel in each direction") {
  NetworkInput input{};
  for (int y = 1; y < kInputSize - 1; ++y)
    for (int x = 1; x < kInputSize - 1; ++x)
      input[std::size_t(y * kInputSize + x)] = 0.01f * float(y) + 0.02f * float(x);
  std::set<std::pair<int, int>> moves;
  for (std::uint64_t i = 0; i < 100; ++i) {
    Random random(1, 1, i);
    const NetworkInput moved = random_shift(input, random);
    for (const int dy : {-1, 0, 1})
      for (const int dx : {-1, 0, 1}) {
        bool same = true;
        for (int y = 1; y < kInputSize - 1; ++y)
          for (int x = 1; x < kInputSize - 1; ++x)
            same = same && moved[std::size_t((y + dy) * kInputSize + x + dx)] ==
                               input[std::size_t(y * kInputSize + x)];
        if (same) moves.insert({dx, dy});
      }
  }
  CHECK(moves.size() == 9);
}

TEST_CASE("A blank picture stays blank") {
  Random random(1);
  CHECK_FALSE(augment_ink({28, 28, std::vector<std::uint8_t>(784)}, random));
}

}  // namespace
}  // namespace numeral
