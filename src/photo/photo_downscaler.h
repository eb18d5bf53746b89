#pragma once

#include <vector>

#include "core/error.h"
#include "core/image.h"

namespace numeral {

/// Makes a photograph small enough to be worked on while its rows arrive, so that fifty megapixels
/// need never be in memory at once. Each pixel of the result is the mean luminance of a square of
/// the photograph's, transparent ones over white.
class PhotoDownscaler {
 public:
  /// The longest side of the result, in pixels, at most.
  static constexpr int kMaxSide = 1200;

  /// Begins a photograph of a size in pixels. Fails where it has none, or more than kMaxPixels
  /// (see read_image_size.h).
  static Result<PhotoDownscaler> create(int width, int height);

  /// Takes the next rows. Fails where they are not as wide as the photograph, or more than are
  /// left.
  Result<void> add(RgbaView rows);

  /// The small picture. Fails where rows are missing.
  Result<GrayImage> finish() const;

 private:
  PhotoDownscaler(int width, int height);

  int width_ = 0;
  int height_ = 0;
  int factor_ = 1;  ///< side of the squares
  int rows_ = 0;    ///< that have arrived
  GrayImage small_;
  std::vector<std::uint32_t> sums_;  ///< of the squares that the rows are in
};

}  // namespace numeral
