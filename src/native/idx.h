#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/image.h"

namespace numeral {

/// Pictures of one size with the class that each shows, as MNIST and its relatives come.
struct IdxDataset {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> pixels;  ///< count() * height * width, 0 background to 255 ink
  std::vector<std::uint8_t> labels;  ///< one a picture

  std::size_t count() const { return labels.size(); }

  /// A copy of picture `index`.
  GrayImage image(std::size_t index) const;
};

/// Reads the pair of IDX files `PREFIX-images-idx3-ubyte` and `PREFIX-labels-idx1-ubyte` in
/// `folder`, gzipped (`.gz`) or not; `prefix` is "train" or "t10k". Format: LeCun, Cortes,
/// Burges, "The MNIST database", http://yann.lecun.com/exdb/mnist/.
/// Strict: fails on a missing file, a wrong magic number, sizes that do not add up, no pictures,
/// labels of `classes` or more, or pictures and labels that differ in number. The message
/// names the file, what was expected and what was found.
Result<IdxDataset> read_idx_dataset(const std::filesystem::path& folder, const std::string& prefix,
                                    int classes);

}  // namespace numeral
