#pragma once

#include <vector>

#include "core/error.h"
#include "core/image.h"

namespace numeral {

/// Scales a photograph down while its rows arrive, so that it is never in memory as a whole, and
/// converts it to greyscale (see to_luminance). Each pixel of the result is the mean of the area
/// that it covers, fractions of pixels included, whatever the factor. A photograph that is small
/// enough stays as it is.
class PhotoDownscaler {
 public:
  /// Longest side of the result, in pixels.
  static constexpr int kMaxSide = 1200;

  /// Begins a photograph of that size, in pixels. Fails where a side is less than 1, or it has more
  /// than kMaxPixels (photo/image_header.h).
  static Result<PhotoDownscaler> create(int width, int height);

  /// Takes the next rows. Fails where their width is not the photograph's, or there are too many.
  Result<void> add(RgbaView rows);

  /// The scaled image: its longer side is kMaxSide, where the photograph's is larger. Fails where
  /// rows are missing.
  Result<GrayImage> finish() const;

 private:
  PhotoDownscaler(int width, int height);

  /// Adds a row to `row_`: means over the columns of the result.
  void scale_row(const std::uint8_t* rgba);

  /// Writes the row of the result that `sums_` has, and begins the next one.
  void finish_row();

  int width_ = 0;
  int height_ = 0;
  int rows_ = 0;  ///< that have arrived
  int small_width_ = 0;
  int small_height_ = 0;
  int room_ = 0;                     ///< of height_: what is left of the result's current row
  std::vector<std::uint8_t> small_;  ///< RGBA, as far as it is finished

  /// Red, green, blue, each times alpha, and alpha, for each pixel of a row of the result. A pixel
  /// of the photograph weighs small_width_ * small_height_, one of the result width_ * height_: all
  /// overlaps are whole numbers.
  std::vector<std::uint64_t> row_, sums_;
};

}  // namespace numeral
