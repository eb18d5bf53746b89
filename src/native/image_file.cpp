#include "native/image_file.h"

#include <optional>
#include <span>
#include <string_view>

#include "native/decode_image.h"
#include "native/exif_orientation.h"
#include "native/files.h"
#include "photo/image_header.h"
#include "photo/photo_downscaler.h"

namespace numeral {
namespace {

constexpr std::size_t kMaxFileSize = std::size_t(512) << 20;

/// Whether decode_image knows the format. read_image_size knows more.
bool is_known_format(std::span<const std::uint8_t> bytes) {
  using namespace std::string_view_literals;
  const std::string_view start(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return start.starts_with("\x89PNG\r\n\x1a\n"sv) || start.starts_with("\xff\xd8\xff"sv) ||
         start.starts_with("BM"sv) || start.starts_with("P5"sv);
}

/// A decoded file, not yet turned upright.
struct DecodedImage {
  int width = 0, height = 0;
  int orientation = 1;
  RgbaPixels rgba;

  RgbaView view() const { return {{rgba.get(), std::size_t(width) * height * 4}, width, height}; }
};

Result<DecodedImage> decode_file(const std::filesystem::path& path) {
  const Result<std::vector<std::uint8_t>> bytes = read_file(path, kMaxFileSize);
  if (!bytes) return tl::unexpected(bytes.error());
  if (bytes->empty()) return fail(path.string() + ": expected a picture, found an empty file");
  if (!is_known_format(*bytes))
    return fail(path.string() + ": expected a PNG, JPEG, BMP or PGM picture, found something else");

  // The declared size is checked before anything is decoded.
  const std::optional<ImageSize> size = read_image_size(*bytes);
  if (!size) return fail(path.string() + ": the picture is broken: it does not say its size");
  if (size->width == 0 || size->height == 0)
    return fail(path.string() + ": the picture is broken: it says that it has no pixels");
  if (!fits(*size))
    return fail(path.string() + ": expected at most 100 megapixels, found " +
                std::to_string(size->width) + "x" + std::to_string(size->height));
  Result<RgbaPixels> rgba = decode_image(*bytes, *size);
  if (!rgba) return fail(path.string() + ": the picture is broken: " + rgba.error().message);
  return DecodedImage{static_cast<int>(size->width), static_cast<int>(size->height),
                      read_orientation(*bytes), std::move(*rgba)};
}

}  // namespace

Result<GrayImage> load_image_file(const std::filesystem::path& path) {
  const Result<DecodedImage> decoded = decode_file(path);
  if (!decoded) return tl::unexpected(decoded.error());
  return apply_orientation(to_luminance(decoded->view()), decoded->orientation);
}

Result<Picture> load_picture_file(const std::filesystem::path& path) {
  const Result<DecodedImage> decoded = decode_file(path);
  if (!decoded) return tl::unexpected(decoded.error());
  Result<PhotoDownscaler> downscaler = PhotoDownscaler::create(decoded->width, decoded->height);
  if (!downscaler) return tl::unexpected(downscaler.error());
  if (auto added = downscaler->add(decoded->view()); !added) return tl::unexpected(added.error());
  const Result<GrayImage> small = downscaler->finish();
  if (!small) return tl::unexpected(small.error());
  Picture picture{apply_orientation(*small, decoded->orientation), decoded->width, decoded->height,
                  std::nullopt};
  const bool is_wide = small->width > small->height;
  if (is_wide != (picture.image.width > picture.image.height))
    std::swap(picture.width, picture.height);
  return picture;
}

}  // namespace numeral
