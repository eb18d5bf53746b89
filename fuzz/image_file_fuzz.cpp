// An image file, at its size and scaled down.

#include "native/image_file.h"

#include "core/preprocess.h"
#include "fuzz.h"
#include "photo/image_header.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace numeral;
  // Larger images only take time.
  const auto declared = read_image_size({data, size});
  if (declared && std::uint64_t(declared->width) * declared->height > 4'000'000) return 0;
  const auto path = fuzz::folder().write("picture", fuzz::text_of({data, size}));
  const auto image = load_image_file(path);
  const auto picture = load_picture_file(path);
  fuzz::require(image.has_value() == picture.has_value());
  if (!image) {
    fuzz::require(fuzz::is_one_line(image.error().message));
    fuzz::require(fuzz::is_one_line(picture.error().message));
    return 0;
  }
  for (const GrayImage& pixels : {*image, picture->image})
    fuzz::require(pixels.pixels.size() == std::size_t(pixels.width) * std::size_t(pixels.height));
  fuzz::require(picture->width == image->width && picture->height == image->height);
  static_cast<void>(clean_photo(picture->image));
  static_cast<void>(preprocess(*image));
  return 0;
}
