#include "photo/photo_downscaler.h"

#include <algorithm>
#include <string>

#include "photo/image_header.h"

namespace numeral {
namespace {

std::string size_text(int width, int height) {
  return std::to_string(width) + "x" + std::to_string(height);
}

/// A length after scaling, where the longer side is `longer`.
int scaled(int length, int longer) {
  constexpr std::int64_t kMaxSide = PhotoDownscaler::kMaxSide;
  if (longer <= kMaxSide) return length;
  return std::max(1, static_cast<int>((length * kMaxSide + longer / 2) / longer));
}

/// Red, green, blue and alpha.
constexpr int kChannels = 4;

}  // namespace

PhotoDownscaler::PhotoDownscaler(int width, int height)
    : width_(width),
      height_(height),
      small_width_(scaled(width, std::max(width, height))),
      small_height_(scaled(height, std::max(width, height))),
      room_(height),
      row_(std::size_t(small_width_) * kChannels),
      sums_(row_.size()) {
  small_.reserve(row_.size() * small_height_);
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
  for (int y = 0; y < rows.height; ++y, ++rows_) {
    scale_row(rows.pixels.data() + std::size_t(y) * width_ * kChannels);
    const int weight = std::min(small_height_, room_);
    for (std::size_t i = 0; i < sums_.size(); ++i) sums_[i] += row_[i] * weight;
    room_ -= weight;
    if (room_ > 0) continue;
    finish_row();
    const int rest = small_height_ - weight;
    for (std::size_t i = 0; i < sums_.size(); ++i) sums_[i] = row_[i] * rest;
    room_ = height_ - rest;
  }
  return {};
}

void PhotoDownscaler::scale_row(const std::uint8_t* rgba) {
  std::fill(row_.begin(), row_.end(), 0);
  auto mean = row_.begin();
  const auto add = [&](int weight) {
    const std::uint64_t alpha = std::uint64_t(rgba[3]) * weight;
    for (int channel = 0; channel < 3; ++channel) mean[channel] += rgba[channel] * alpha;
    mean[3] += alpha;
  };
  int room = width_;
  for (int x = 0; x < width_; ++x, rgba += kChannels) {
    const int weight = std::min(small_width_, room);
    add(weight);
    room -= weight;
    if (room > 0) continue;
    mean += kChannels;
    const int rest = small_width_ - weight;
    if (rest > 0) add(rest);
    room = width_ - rest;
  }
}

void PhotoDownscaler::finish_row() {
  const std::uint64_t area = std::uint64_t(width_) * height_;
  for (std::size_t i = 0; i < sums_.size(); i += kChannels) {
    const std::uint64_t alpha = std::max<std::uint64_t>(sums_[i + 3], 1);
    for (int channel = 0; channel < 3; ++channel)
      small_.push_back(static_cast<std::uint8_t>((sums_[i + channel] + alpha / 2) / alpha));
    small_.push_back(static_cast<std::uint8_t>((sums_[i + 3] + area / 2) / area));
  }
}

Result<GrayImage> PhotoDownscaler::finish() const {
  if (rows_ < height_)
    return fail("photo: expected " + std::to_string(height_) + " rows, found " +
                std::to_string(rows_));
  return to_luminance({small_, small_width_, small_height_});
}

}  // namespace numeral
