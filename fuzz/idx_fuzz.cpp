// A pair of IDX files. The input is the length of the label file, the label file and the image
// file.

#include "native/idx.h"

#include <algorithm>

#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace numeral;
  fuzz::Bytes input(data, size);
  std::size_t labels = fuzz::take(input, size + 1);
  labels = std::min(labels, input.size());
  fuzz::folder().write("train-labels-idx1-ubyte", fuzz::text_of(input.first(labels)));
  fuzz::folder().write("train-images-idx3-ubyte", fuzz::text_of(input.subspan(labels)));
  const auto dataset = read_idx_dataset(fuzz::folder().path(), "train", 10);
  if (!dataset) {
    fuzz::require(fuzz::is_one_line(dataset.error().message));
    return 0;
  }
  fuzz::require(dataset->count() > 0);
  fuzz::require(dataset->pixels.size() ==
                dataset->count() * std::size_t(dataset->width) * std::size_t(dataset->height));
  for (const std::uint8_t label : dataset->labels) fuzz::require(label < 10);
  return 0;
}
