#include "image_file.h"

#include <stb/stb_image.h>

#include <memory>
#include <span>
#include <string_view>

#include "files.h"

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

}  // namespace

Result<GrayImage> load_image_file(const std::filesystem::path& path) {
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

  const std::unique_ptr<stbi_uc, StbFree> rgba(
      stbi_load_from_memory(bytes->data(), size, &width, &height, &channels, STBI_rgb_alpha));
  if (!rgba) return fail(path.string() + ": the picture is broken: " + stbi_failure_reason());
  const std::size_t length = std::size_t(width) * height * 4;
  return to_luminance({{rgba.get(), length}, width, height});
}

}  // namespace numeral
