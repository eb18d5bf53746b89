#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/image.h"

namespace numeral {

/// A labelled set of images of one size, such as MNIST.
struct IdxDataset {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> pixels;  ///< count() * height * width, 0 background to 255 ink
  std::vector<std::uint8_t> labels;  ///< the class of each image

  std::size_t count() const { return labels.size(); }

  /// A copy of image `index`, which must be less than count().
  GrayImage image(std::size_t index) const;
};

/// Reads the IDX files `PREFIX-images-idx3-ubyte` and `PREFIX-labels-idx1-ubyte` in `folder`,
/// gzipped
/// (`.gz`) or not, also with a dot before `idx`; `prefix` is "train" or "t10k". Format: LeCun,
/// Cortes, Burges, "The MNIST database", http://yann.lecun.com/exdb/mnist/.
///
/// Fails on a missing file, a wrong magic number, a file size other than the header's counts make,
/// no images, a label >= `classes`, or different numbers of images and labels. The message names
/// the file, what was expected and what was found.
Result<IdxDataset> read_idx_dataset(const std::filesystem::path& folder, const std::string& prefix,
                                    int classes);

}  // namespace numeral
