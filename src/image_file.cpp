#include "image_file.h"

#include <stb/stb_image.h>

#include <memory>
#include <span>
#include <string_view>

#include "files.h"
#include "orientation.h"
#include "photo.h"
#include "photo_shrinker.h"

namespace numeral {
namespace {

constexpr std::size_t kLargestFile = std::size_t(512) << 20;
constexpr std::int64_t kMostPixels = 100'000'000;

/// stb would try more formats, some of which nearly any bytes pass for.
bool is_known_format(std::span<const std::uint8_t> bytes) {
  using namespace std::string_view_literals;
  const std::string_view start(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return start.starts_with("\x89PNG\r\n\x1a\n"sv) || start.starts_with("\xff\xd8\xff"sv) ||
         start.starts_with("BM"sv) || start.starts_with("P5"sv);
}

struct StbFree {
  void operator()(stbi_uc* pixels) const { stbi_image_free(pixels); }
};

/// The pixels of a picture file as they are stored: RGBA.
struct Pixels {
  int width = 0, height = 0;
  int orientation = 1;
  std::unique_ptr<stbi_uc, StbFree> rgba;

  RgbaView view() const { return {{rgba.get(), std::size_t(width) * height * 4}, width, height}; }
};

Result<Pixels> load_pixels(const std::filesystem::path& path) {
  const Result<std::vector<std::uint8_t>> bytes = read_file(path, kLargestFile);
  if (!bytes) return tl::unexpected(bytes.error());
  const auto size = static_cast<int>(bytes->size());
  if (size == 0) return fail(path.string() + ": expected a picture, found an empty file");

  // The size is looked at before anything is unpacked.
  int width = 0, height = 0, channels = 0;
  if (!is_known_format(*bytes) ||
      !stbi_info_from_memory(bytes->data(), size, &width, &height, &channels))
    return fail(path.string() + ": expected a PNG, JPEG, BMP or PGM picture, found something else");
  if (std::int64_t(width) * height > kMostPixels)
    return fail(path.string() + ": expected at most 100 megapixels, found " +
                std::to_string(width) + "x" + std::to_string(height));

  Pixels pixels{width, height, orientation_of(*bytes), nullptr};
  pixels.rgba.reset(
      stbi_load_from_memory(bytes->data(), size, &width, &height, &channels, STBI_rgb_alpha));
  if (!pixels.rgba)
    return fail(path.string() + ": the picture is broken: " + stbi_failure_reason());
  return pixels;
}

}  // namespace

Result<GrayImage> load_image_file(const std::filesystem::path& path) {
  const Result<Pixels> pixels = load_pixels(path);
  if (!pixels) return tl::unexpected(pixels.error());
  return upright(to_luminance(pixels->view()), pixels->orientation);
}

Result<GrayImage> load_photo_file(const std::filesystem::path& path) {
  const Result<Pixels> pixels = load_pixels(path);
  if (!pixels) return tl::unexpected(pixels.error());
  Result<PhotoShrinker> shrinker = PhotoShrinker::create(pixels->width, pixels->height);
  if (!shrinker) return tl::unexpected(shrinker.error());
  if (auto added = shrinker->add(pixels->view()); !added) return tl::unexpected(added.error());
  const Result<GrayImage> small = shrinker->finish();
  if (!small) return tl::unexpected(small.error());
  return clean_photo(upright(*small, pixels->orientation));
}

}  // namespace numeral
