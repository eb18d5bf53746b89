// An image file, as a drawing and as a photograph.

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
  const auto drawing = load_image_file(path), photo = load_photo_file(path);
  for (const auto* image : {&drawing, &photo}) {
    if (!*image) {
      fuzz::require(fuzz::is_one_line(image->error().message));
      continue;
    }
    fuzz::require((*image)->pixels.size() ==
                  std::size_t((*image)->width) * std::size_t((*image)->height));
  }
  if (drawing) static_cast<void>(preprocess(*drawing));
  return 0;
}
