#pragma once

#include <vector>

#include "core/error.h"
#include "core/image.h"

namespace numeral {

/// Scales a photograph down and converts it to greyscale while its rows arrive, so that it is never
/// in memory as a whole. Each pixel of the result is the mean luminance of a square of pixels;
/// transparency is blended over white.
class PhotoDownscaler {
 public:
  /// Longest side of the result, in pixels.
  static constexpr int kMaxSide = 1200;

  /// Begins a photograph of that size, in pixels. Fails where a side is less than 1, or it has more
  /// than kMaxPixels (photo/image_header.h).
  static Result<PhotoDownscaler> create(int width, int height);

  /// Takes the next rows. Fails where their width is not the photograph's, or there are too many.
  Result<void> add(RgbaView rows);

  /// The scaled image. Fails where rows are missing.
  Result<GrayImage> finish() const;

 private:
  PhotoDownscaler(int width, int height);

  int width_ = 0;
  int height_ = 0;
  int factor_ = 1;  ///< side of the squares, in pixels
  int rows_ = 0;    ///< rows that have arrived
  GrayImage small_;
  std::vector<std::uint32_t> sums_;  ///< luminance in the current row of squares
};

}  // namespace numeral
