// A pair of IDX files. The input is the labels' length, the labels' file and the pictures' file.

#include "../src/idx.h"

#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace numeral;
  fuzz::Bytes input(data, size);
  const std::size_t labels = fuzz::take(input, input.size() + 1);
  const auto split = std::min(labels, input.size());
  fuzz::write("train-labels-idx1-ubyte", input.first(split));
  fuzz::write("train-images-idx3-ubyte", input.subspan(split));
  const auto dataset = read_idx_dataset(fuzz::folder(), "train", 10);
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
