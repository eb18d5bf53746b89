// RGBA of any size and content, through all steps before the network.

#include <optional>
#include <vector>

#include "core/connected_components.h"
#include "core/preprocess.h"
#include "fuzz.h"
#include "photo/photo_downscaler.h"
#include "photo/read_picture.h"

namespace numeral {
namespace {

/// An image that repeats the input's bytes.
std::vector<std::uint8_t> pixels_from(fuzz::Bytes input, int width, int height) {
  std::vector<std::uint8_t> rgba(std::size_t(width) * std::size_t(height) * 4, 255);
  if (input.empty()) return rgba;
  for (std::size_t i = 0; i < rgba.size(); ++i) rgba[i] = input[i % input.size()];
  return rgba;
}

void check(const std::optional<NetworkInput>& input) {
  if (!input) return;
  for (const float value : *input) fuzz::require(value >= 0 && value <= 1);
}

}  // namespace
}  // namespace numeral

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace numeral;
  fuzz::Bytes input(data, size);
  const auto width = static_cast<int>(fuzz::take(input, 300));
  const auto height = static_cast<int>(fuzz::take(input, 300));
  const std::vector<std::uint8_t> rgba = pixels_from(input, width, height);
  const GrayImage image = to_luminance({rgba, width, height});
  check(preprocess(image));
  check(preprocess(image, InputMode::kFullImage));
  if (const auto ink = find_region(image, InputMode::kInk)) {
    const ConnectedComponents components = find_connected_components(ink->values);
    fuzz::require(components.labels.size() == ink->values.pixels.size());
    for (int i = 0; i < static_cast<int>(components.boxes.size()); ++i)
      check(to_network_input(crop_components(ink->values, components, {&i, 1}, components.boxes[i]),
                             InputMode::kInk));
  }
  auto downscaler = PhotoDownscaler::create(width, height);
  if (!downscaler) return 0;
  fuzz::require(downscaler->add({rgba, width, height}).has_value());
  const auto small = downscaler->finish();
  fuzz::require(small.has_value());
  static_cast<void>(is_photo(*small));
  const GrayImage clean = clean_photo(*small).image;
  fuzz::require(clean.pixels.size() == std::size_t(clean.width) * std::size_t(clean.height));
  return 0;
}
