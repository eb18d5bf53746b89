#include "native/decode_image.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "native/printable.h"
#include "photo/jpeg_scans.h"

namespace numeral {
namespace {

/// Bytes that this thread's decoder may still allocate.
thread_local std::size_t budget = 0;

/// Each block begins with its size.
constexpr std::size_t kHeader = alignof(std::max_align_t);

void* allocate(std::size_t bytes) {
  if (bytes > budget || budget - bytes < kHeader) return nullptr;
  auto* const block = static_cast<std::uint8_t*>(std::malloc(bytes + kHeader));
  if (!block) return nullptr;
  budget -= bytes + kHeader;
  std::memcpy(block, &bytes, sizeof bytes);
  return block + kHeader;
}

void release(void* memory) {
  if (!memory) return;
  std::uint8_t* const block = static_cast<std::uint8_t*>(memory) - kHeader;
  std::size_t bytes = 0;
  std::memcpy(&bytes, block, sizeof bytes);
  budget += bytes + kHeader;
  std::free(block);
}

void* reallocate(void* memory, std::size_t bytes) {
  if (!memory) return allocate(bytes);
  std::size_t old_bytes = 0;
  std::memcpy(&old_bytes, static_cast<std::uint8_t*>(memory) - kHeader, sizeof old_bytes);
  if (bytes > old_bytes && bytes - old_bytes > budget) return nullptr;
  auto* const block = static_cast<std::uint8_t*>(
      std::realloc(static_cast<std::uint8_t*>(memory) - kHeader, bytes + kHeader));
  if (!block) return nullptr;
  budget = budget + old_bytes - bytes;
  std::memcpy(block, &bytes, sizeof bytes);
  return block + kHeader;
}

}  // namespace
}  // namespace numeral

// Debian's compiled stb allocates without limit: a PNG of a few megabytes can decompress to four
// gigabytes, however small the image that it declares. So it is compiled here with our allocator.
#define STBI_MALLOC(bytes) numeral::allocate(bytes)
#define STBI_REALLOC(memory, bytes) numeral::reallocate(memory, bytes)
#define STBI_FREE(memory) numeral::release(memory)
#define STBI_NO_STDIO
#define STBI_ONLY_BMP
#define STBI_ONLY_JPEG
#define STBI_ONLY_PNG
#define STBI_ONLY_PNM
#define STB_IMAGE_STATIC
#define STB_IMAGE_IMPLEMENTATION
#if defined(__GNUC__) && !defined(__clang__)
// False positives in stb.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <stb/stb_image.h>

namespace numeral {
namespace {

bool is_png(std::span<const std::uint8_t> file) { return file.size() > 25 && file[0] == 0x89; }

bool is_jpeg(std::span<const std::uint8_t> file) { return file.size() > 2 && file[0] == 0xff; }

bool is_bmp(std::span<const std::uint8_t> file) { return !file.empty() && file[0] == 'B'; }

/// An upper bound of the memory that stb needs for a valid file of that size.
std::size_t memory_for(std::span<const std::uint8_t> file, ImageSize size) {
  const std::size_t pixels = std::size_t(size.width) * size.height;
  const std::size_t rest = (std::size_t(16) << 20) + 2 * file.size();
  if (is_jpeg(file)) {
    // Four components in whole blocks, a coefficient of two bytes for each sample; and the RGBA.
    const std::size_t samples = 4 * (std::size_t(size.width) + 31) * (size.height + 31);
    return rest + samples * (1 + 2) + pixels * 4;
  }
  if (is_png(file)) {
    // The stored rows, in a buffer that doubles; then up to four samples per pixel, half of them
    // twice.
    const std::size_t depth = file[24], type = file[25];
    const std::size_t bits = depth * (type == 2 ? 3 : type == 4 ? 2 : type == 6 ? 4 : 1);
    return rest + pixels * bits / 4 + size.height * std::size_t(8) +
           pixels * (depth == 16 ? 12 : 6);
  }
  return rest + pixels * 8;
}

bool has_too_many_scans(std::span<const std::uint8_t> file) {
  JpegScans scans;
  scans.add(file);
  return scans.are_too_many();
}

}  // namespace

void RgbaFree::operator()(std::uint8_t* pixels) const { release(pixels); }

Result<RgbaPixels> decode_image(std::span<const std::uint8_t> file, ImageSize size) {
  if (is_jpeg(file) && has_too_many_scans(file)) return fail("it has far too many scans");
  // stb reads missing pixels of a BMP as black: 100 million of them, from 70 bytes. A pixel takes
  // at least one bit.
  const std::size_t pixel_count = std::size_t(size.width) * size.height;
  if (is_bmp(file) && pixel_count / 8 > file.size()) return fail("it breaks off");
  budget = memory_for(file, size);
  int width = 0, height = 0, channels = 0;
  RgbaPixels pixels(stbi_load_from_memory(file.data(), static_cast<int>(file.size()), &width,
                                          &height, &channels, STBI_rgb_alpha));
  if (!pixels) {
    const std::string_view reason = stbi_failure_reason();
    if (reason == "outofmem") return fail("it takes more memory than its size calls for");
    // Past the end of the file, stb reads the name of an unknown chunk as zeros.
    if (reason.size() < 4) return fail("it breaks off");
    return fail(printable(reason));
  }
  if (std::uint32_t(width) != size.width || std::uint32_t(height) != size.height)
    return fail("it has another size than it says");
  return pixels;
}

}  // namespace numeral
