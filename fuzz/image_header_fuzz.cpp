// The start of an image file: the declared size is the image's.

#include "photo/image_header.h"

#include "fuzz.h"
#include "native/decode_image.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace numeral;
  const fuzz::Bytes file(data, size);
  const auto declared = read_image_size(file);

  // A part of the file declares the same. Only AVIF and HEIF may have a larger size later.
  const auto earlier = read_image_size(file.first(size / 2));
  const bool is_heif = fuzz::text_of(file).substr(0, 8).ends_with("ftyp");
  if (earlier && !is_heif)
    fuzz::require(declared && declared->width == earlier->width &&
                  declared->height == earlier->height);

  if (!declared || std::uint64_t(declared->width) * declared->height > 1'000'000) return 0;
  const auto pixels = decode_image(file, *declared);
  if (!pixels) {
    fuzz::require(fuzz::is_one_line(pixels.error().message));
    fuzz::require(pixels.error().message != "it has another size than it says");
  }
  return 0;
}
