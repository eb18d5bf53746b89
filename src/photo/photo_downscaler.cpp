#include "photo/photo_downscaler.h"

#include <algorithm>
#include <string>

#include "photo/image_header.h"

namespace numeral {
namespace {

std::string size_text(int width, int height) {
  return std::to_string(width) + "x" + std::to_string(height);
}

/// The number of squares of that side that cover a length. The last may reach beyond it.
int squares(int length, int side) { return (length + side - 1) / side; }

}  // namespace

PhotoDownscaler::PhotoDownscaler(int width, int height)
    : width_(width),
      height_(height),
      factor_(std::max(1, squares(std::max(width, height), kMaxSide))),
      small_{squares(width, factor_), squares(height, factor_), {}},
      sums_(std::size_t(small_.width)) {
  small_.pixels.reserve(std::size_t(small_.width) * small_.height);
}

Result<PhotoDownscaler> PhotoDownscaler::create(int width, int height) {
  if (width < 1 || height < 1 || !fits({std::uint32_t(width), std::uint32_t(height)}))
    return fail("photo: expected at most 100 megapixels, found " + size_text(width, height));
  return PhotoDownscaler(width, height);
}

Result<void> PhotoDownscaler::add(RgbaView rows) {
  if (rows.width != width_ || rows.height < 0 || rows.height > height_ - rows_ ||
      rows.pixels.size() != std::size_t(rows.width) * rows.height * 4)
    return fail("photo: expected rows " + std::to_string(rows_) + " to " + std::to_string(height_) +
                " of " + size_text(width_, height_) + ", found " +
                size_text(rows.width, rows.height));
  for (int y = 0; y < rows.height; ++y) {
    const std::uint8_t* pixel = rows.pixels.data() + std::size_t(y) * width_ * 4;
    for (int x = 0; x < width_; ++x, pixel += 4)
      sums_[x / factor_] +=
          (luminance(pixel[0], pixel[1], pixel[2]) * pixel[3] + 255 * (255 - pixel[3]) + 127) / 255;
    ++rows_;
    const int rows_in_square = (rows_ - 1) % factor_ + 1;
    if (rows_in_square < factor_ && rows_ < height_) continue;
    for (int x = 0; x < small_.width; ++x) {
      const int columns_in_square = std::min(factor_, width_ - x * factor_);
      small_.pixels.push_back(
          static_cast<std::uint8_t>(sums_[x] / (columns_in_square * rows_in_square)));
    }
    std::fill(sums_.begin(), sums_.end(), 0);
  }
  return {};
}

Result<GrayImage> PhotoDownscaler::finish() const {
  if (rows_ < height_)
    return fail("photo: expected " + std::to_string(height_) + " rows, found " +
                std::to_string(rows_));
  return small_;
}

}  // namespace numeral
