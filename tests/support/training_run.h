#pragma once

#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "support/drawn_dataset.h"
#include "support/idx_files.h"
#include "support/temporary_folder.h"

namespace numeral::test {

/// Writes `dataset` as the pair of IDX files that `prefix` names.
inline void write_dataset(const TemporaryFolder& folder, const std::string& prefix,
                          const IdxDataset& dataset) {
  folder.write(prefix + "-images-idx3-ubyte",
               idx_images(static_cast<std::uint32_t>(dataset.count()), 28, 28,
                          {dataset.pixels.begin(), dataset.pixels.end()}));
  folder.write(prefix + "-labels-idx1-ubyte",
               idx_labels({dataset.labels.begin(), dataset.labels.end()}));
}

/// `count` drawn digits.
inline void write_dataset(const TemporaryFolder& folder, const std::string& prefix, int count) {
  write_dataset(folder, prefix, drawn_dataset(count));
}

/// The arguments of numeral-train for a run of a few seconds.
inline std::vector<std::string> small_run(const TemporaryFolder& data,
                                          const std::filesystem::path& out, int epochs) {
  return {"--data",       data.path().string(),
          "--out",        out.string(),
          "--epochs",     std::to_string(epochs),
          "--batch-size", "40",
          "--validation", "100",
          "--threads",    "1"};
}

/// What follows `mark` on its line.
inline std::string text_after(const std::string& text, const std::string& mark) {
  const std::size_t start = text.find(mark);
  REQUIRE(start != std::string::npos);
  return text.substr(start + mark.size(), text.find('\n', start) - start - mark.size());
}

}  // namespace numeral::test
