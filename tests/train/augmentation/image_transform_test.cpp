#include "train/augmentation/image_transform.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <numeric>
#include <set>

namespace numeral {
namespace {

/// A picture that gets lighter from left to right.
GrayImage ramp(int width, int height) {
  GrayImage image{width, height, {}};
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      image.pixels.push_back(static_cast<std::uint8_t>(40 + 160 * x / (width - 1)));
  return image;
}

double mean_of_columns(const GrayImage& image, int first, int end) {
  double sum = 0;
  for (int y = 0; y < image.height; ++y)
    for (int x = first; x < end; ++x) sum += image.at(x, y);
  return sum / double(image.height * (end - first));
}

TEST_CASE("A transformed picture keeps its size") {
  Random random(1);
  for (const auto& [width, height] : {std::pair{28, 28}, {1, 1}, {3, 50}, {64, 40}}) {
    const GrayImage picture{width, height,
                            std::vector<std::uint8_t>(std::size_t(width) * height, 9)};
    for (int i = 0; i < 50; ++i) {
      const GrayImage transformed = transform_image(picture, random);
      CHECK(transformed.width == width);
      CHECK(transformed.height == height);
      CHECK(transformed.pixels.size() == picture.pixels.size());
    }
  }
}

TEST_CASE("A picture of one grey changes only where a part is erased") {
  Random random(2);
  const GrayImage even{28, 28, std::vector<std::uint8_t>(784, 200)};
  int erased = 0;
  for (int i = 0; i < 400; ++i) {
    const GrayImage transformed = transform_image(even, random);
    const auto other = std::ranges::count_if(transformed.pixels, [](int l) { return l != 200; });
    CHECK(other < 784 / 5);  // at most 0.4 x 0.4
    erased += other > 0;
  }
  CHECK(erased > 10);
  CHECK(erased < 180);
}

TEST_CASE("About half of the pictures are mirrored") {
  Random random(3);
  const GrayImage picture = ramp(28, 28);
  int mirrored = 0;
  for (int i = 0; i < 400; ++i) {
    const GrayImage transformed = transform_image(picture, random);
    mirrored += mean_of_columns(transformed, 0, 14) > mean_of_columns(transformed, 14, 28);
  }
  CHECK(mirrored > 150);
  CHECK(mirrored < 250);
}

TEST_CASE("A picture is shifted by up to 2 pixels") {
  GrayImage dot{28, 28, std::vector<std::uint8_t>(784)};
  dot.pixels[14 * 28 + 14] = 255;  // mirrored at (13, 14)
  Random random(4);
  std::set<int> rows;
  for (int i = 0; i < 400; ++i) {
    const GrayImage transformed = transform_image(dot, random);
    // Only pictures that are not rotated or erased keep the dot as it was.
    if (std::ranges::count(transformed.pixels, 0) != 783) continue;
    const auto at = std::ranges::find(transformed.pixels, 255) - transformed.pixels.begin();
    if (at == 784) continue;
    rows.insert(static_cast<int>(at / 28));
  }
  CHECK(rows == std::set<int>{12, 13, 14, 15, 16});
}

TEST_CASE("The same random numbers give the same picture") {
  const GrayImage picture = ramp(28, 28);
  Random a(5, 1, 7), b(5, 1, 7), c(5, 2, 7);
  CHECK(transform_image(picture, a).pixels == transform_image(picture, b).pixels);
  Random again(5, 1, 7);
  CHECK(transform_image(picture, again).pixels != transform_image(picture, c).pixels);
}

}  // namespace
}  // namespace numeral
