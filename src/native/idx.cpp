#include "native/idx.h"

#include <algorithm>
#include <span>

#include "native/files.h"

namespace numeral {
namespace {

namespace fs = std::filesystem;

/// Magic numbers: two zero bytes, the type (8: unsigned byte), and the number of dimensions.
constexpr std::uint32_t kImagesMagic = 0x00000803;
constexpr std::uint32_t kLabelsMagic = 0x00000801;

constexpr std::size_t kImagesHeader = 16;
constexpr std::size_t kLabelsHeader = 8;

/// Bounds what a gzipped file can decompress to.
constexpr std::size_t kMaxFileSize = std::size_t(1) << 30;

using Bytes = std::vector<std::uint8_t>;

std::uint32_t big_endian_at(const Bytes& bytes, std::size_t offset) {
  return std::uint32_t(bytes[offset]) << 24 | std::uint32_t(bytes[offset + 1]) << 16 |
         std::uint32_t(bytes[offset + 2]) << 8 | std::uint32_t(bytes[offset + 3]);
}

Result<fs::path> find_file(const fs::path& folder, const std::string& name) {
  std::error_code ignored;
  if (!fs::is_directory(folder, ignored))
    return fail(folder.string() + ": expected a folder with the IDX files, found " +
                (fs::exists(folder, ignored) ? "something else" : "nothing"));
  // Some mirrors have `train-images.idx3-ubyte`.
  std::string dotted = name;
  dotted[dotted.rfind("-idx")] = '.';
  for (const std::string& file : {name, dotted})
    for (const char* ending : {"", ".gz"}) {
      const fs::path path = folder / (file + ending);
      if (fs::exists(path, ignored)) return path;
    }
  return fail(folder.string() + ": expected a file " + name + " or " + name + ".gz, found neither");
}

Result<Bytes> read_checked(const fs::path& path, std::uint32_t magic, std::size_t header) {
  Result<Bytes> bytes = read_file_or_gzip(path, kMaxFileSize);
  if (!bytes) return bytes;
  if (bytes->size() < header)
    return fail(path.string() + ": expected a header of " + std::to_string(header) +
                " bytes, found " + std::to_string(bytes->size()) + " bytes in all");
  const std::uint32_t found = big_endian_at(*bytes, 0);
  if (found != magic)
    return fail(path.string() + ": expected the magic number " + std::to_string(magic) +
                ", found " + std::to_string(found));
  return bytes;
}

tl::unexpected<Error> wrong_size(const fs::path& path, std::uint64_t expected,
                                 const std::string& what, std::size_t found) {
  return fail(path.string() + ": expected " + std::to_string(expected) + " bytes for " + what +
              ", found " + std::to_string(found));
}

Result<IdxDataset> read_images(const fs::path& path) {
  const Result<Bytes> bytes = read_checked(path, kImagesMagic, kImagesHeader);
  if (!bytes) return tl::unexpected(bytes.error());
  const std::uint64_t count = big_endian_at(*bytes, 4);
  const std::uint64_t height = big_endian_at(*bytes, 8);
  const std::uint64_t width = big_endian_at(*bytes, 12);
  const std::string what =
      std::to_string(count) + " images of " + std::to_string(width) + "x" + std::to_string(height);
  if (count == 0 || width == 0 || height == 0 || width > 4096 || height > 4096)
    return fail(path.string() + ": expected at least one image of 1x1 to 4096x4096 pixels, found " +
                what);
  // At most 2^32 * 2^12 * 2^12: no overflow.
  const std::uint64_t expected = kImagesHeader + count * width * height;
  if (bytes->size() != expected) return wrong_size(path, expected, what, bytes->size());
  return IdxDataset{static_cast<int>(width), static_cast<int>(height),
                    Bytes(bytes->begin() + kImagesHeader, bytes->end()),
                    Bytes(static_cast<std::size_t>(count))};
}

Result<Bytes> read_labels(const fs::path& path, int classes) {
  const Result<Bytes> bytes = read_checked(path, kLabelsMagic, kLabelsHeader);
  if (!bytes) return bytes;
  const std::uint64_t count = big_endian_at(*bytes, 4);
  if (bytes->size() != kLabelsHeader + count)
    return wrong_size(path, kLabelsHeader + count, std::to_string(count) + " labels",
                      bytes->size());
  Bytes labels(bytes->begin() + kLabelsHeader, bytes->end());
  const auto bad = std::find_if(labels.begin(), labels.end(), [&](int l) { return l >= classes; });
  if (bad != labels.end())
    return fail(path.string() + ": expected labels from 0 to " + std::to_string(classes - 1) +
                ", found " + std::to_string(*bad) + " as label " +
                std::to_string(bad - labels.begin()));
  return labels;
}

}  // namespace

GrayImage IdxDataset::image(std::size_t index) const {
  const std::size_t size = std::size_t(width) * height;
  const auto first = pixels.begin() + static_cast<std::ptrdiff_t>(index * size);
  return {width, height, {first, first + static_cast<std::ptrdiff_t>(size)}};
}

Result<IdxDataset> read_idx_dataset(const fs::path& folder, const std::string& prefix,
                                    int classes) {
  const Result<fs::path> images_path = find_file(folder, prefix + "-images-idx3-ubyte");
  if (!images_path) return tl::unexpected(images_path.error());
  const Result<fs::path> labels_path = find_file(folder, prefix + "-labels-idx1-ubyte");
  if (!labels_path) return tl::unexpected(labels_path.error());

  Result<IdxDataset> dataset = read_images(*images_path);
  if (!dataset) return dataset;
  Result<Bytes> labels = read_labels(*labels_path, classes);
  if (!labels) return tl::unexpected(labels.error());
  if (labels->size() != dataset->count())
    return fail(labels_path->string() + ": expected " + std::to_string(dataset->count()) +
                " labels, one for each image of " + images_path->filename().string() + ", found " +
                std::to_string(labels->size()));
  dataset->labels = std::move(*labels);
  return dataset;
}

}  // namespace numeral
