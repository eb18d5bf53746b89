#include "native/exif_orientation.h"

#include <libexif/exif-data.h>

#include <memory>

namespace numeral {
namespace {

struct ExifFree {
  void operator()(ExifData* exif) const { exif_data_unref(exif); }
};

}  // namespace

int read_orientation(std::span<const std::uint8_t> file) {
  const std::unique_ptr<ExifData, ExifFree> exif(
      exif_data_new_from_data(file.data(), static_cast<unsigned>(file.size())));
  if (!exif) return 1;
  const ExifEntry* entry = exif_content_get_entry(exif->ifd[EXIF_IFD_0], EXIF_TAG_ORIENTATION);
  if (!entry || entry->format != EXIF_FORMAT_SHORT || entry->size < 2) return 1;
  const int orientation = exif_get_short(entry->data, exif_data_get_byte_order(exif.get()));
  return orientation >= 1 && orientation <= 8 ? orientation : 1;
}

GrayImage apply_orientation(const GrayImage& stored, int orientation) {
  if (orientation == 1) return stored;
  const int last_column = stored.width - 1, last_row = stored.height - 1;
  const bool is_sideways = orientation >= 5;
  GrayImage result;
  result.width = is_sideways ? stored.height : stored.width;
  result.height = is_sideways ? stored.width : stored.height;
  result.pixels.reserve(stored.pixels.size());
  for (int y = 0; y < result.height; ++y)
    for (int x = 0; x < result.width; ++x) {
      // The sides where the stored first row and first column belong: 1 top left, 2 top right,
      // 3 bottom right, 4 bottom left, 5 left top, 6 right top, 7 right bottom, 8 left bottom.
      int u = is_sideways ? y : x, v = is_sideways ? x : y;
      if (orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8)
        u = last_column - u;
      if (orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7)
        v = last_row - v;
      result.pixels.push_back(stored.at(u, v));
    }
  return result;
}

}  // namespace numeral
