// The start of a picture file: the size that it says is the one that it has.

#include "photo/image_header.h"

#include "native/decode_image.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace numeral;
  const fuzz::Bytes file(data, size);
  const auto told = read_image_size(file);

  // What a part of the file says, the whole says. Only AVIF and HEIF may have a larger size later.
  const auto earlier = read_image_size(file.first(size / 2));
  const bool is_heif = fuzz::text_of(file).substr(0, 8).ends_with("ftyp");
  if (earlier && !is_heif)
    fuzz::require(told && told->width == earlier->width && told->height == earlier->height);

  if (!told || std::uint64_t(told->width) * told->height > 1'000'000) return 0;
  const auto pixels = decode_image(file, *told);
  if (!pixels) {
    fuzz::require(fuzz::is_one_line(pixels.error().message));
    fuzz::require(pixels.error().message != "it has another size than it says");
  }
  return 0;
}
