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

TEST_CASE("A varied picture keeps its size") {
  Random random(1);
  for (const auto& [width, height] : {std::pair{28, 28}, {1, 1}, {3, 50}, {64, 40}}) {
    const GrayImage picture{width, height,
                            std::vector<std::uint8_t>(std::size_t(width) * height, 9)};
    for (int i = 0; i < 50; ++i) {
      const GrayImage varied = transform_image(picture, random);
      CHECK(varied.width == width);
      CHECK(varied.height == height);
      CHECK(varied.pixels.size() == picture.pixels.size());
    }
  }
}

TEST_CASE("Of an even picture only a covered part is different") {
  Random random(2);
  const GrayImage even{28, 28, std::vector<std::uint8_t>(784, 200)};
  int covered = 0;
  for (int i = 0; i < 400; ++i) {
    const GrayImage varied = transform_image(even, random);
    const auto other = std::ranges::count_if(varied.pixels, [](int l) { return l != 200; });
    CHECK(other < 784 / 5);  // at most 0.4 x 0.4
    covered += other > 0;
  }
  CHECK(covered > 10);
  CHECK(covered < 180);
}

TEST_CASE("About half of the pictures are mirrored, and no picture is turned far") {
  Random random(3);
  const GrayImage picture = ramp(28, 28);
  int mirrored = 0;
  for (int i = 0; i < 400; ++i) {
    const GrayImage varied = transform_image(picture, random);
    mirrored += mean_of_columns(varied, 0, 14) > mean_of_columns(varied, 14, 28);
  }
  CHECK(mirrored > 150);
  CHECK(mirrored < 250);
}

TEST_CASE("A picture is moved by up to 2 pixels each way") {
  GrayImage dot{28, 28, std::vector<std::uint8_t>(784)};
  dot.pixels[14 * 28 + 14] = 255;  // mirrored at (13, 14)
  Random random(4);
  std::set<int> rows;
  for (int i = 0; i < 400; ++i) {
    const GrayImage varied = transform_image(dot, random);
    // Pictures that are neither turned nor covered have the dot as it was.
    if (std::ranges::count(varied.pixels, 0) != 783) continue;
    const auto at = std::ranges::find(varied.pixels, 255) - varied.pixels.begin();
    if (at == 784) continue;
    rows.insert(static_cast<int>(at / 28));
  }
  CHECK(rows == std::set<int>{12, 13, 14, 15, 16});
}

TEST_CASE("The same numbers vary a picture in the same way") {
  const GrayImage picture = ramp(28, 28);
  Random a(5, 1, 7), b(5, 1, 7), c(5, 2, 7);
  CHECK(transform_image(picture, a).pixels == transform_image(picture, b).pixels);
  Random again(5, 1, 7);
  CHECK(transform_image(picture, again).pixels != transform_image(picture, c).pixels);
}

}  // namespace
}  // namespace numeral
