#include "core/preprocess.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/ink.h"

namespace numeral {
namespace {

/// Where the centre of mass goes, on both axes: the middle of pixel 14. MNIST's images have it
/// there to within half a pixel.
constexpr float kCentre = 14.5f;

Point centre_of_mass(const FloatImage& image) {
  // A sum for each column: compilers vectorise over columns.
  std::vector<float> column_mass(image.width), column_moment(image.width);
  for (int y = 0; y < image.height; ++y) {
    const float* row = &image.pixels[std::size_t(y) * image.width];
    for (int x = 0; x < image.width; ++x) {
      column_mass[x] += row[x];
      column_moment[x] += row[x] * (float(y) + 0.5f);
    }
  }
  double mass = 0, moment_x = 0, moment_y = 0;
  for (int x = 0; x < image.width; ++x) {
    mass += column_mass[x];
    moment_x += column_mass[x] * (x + 0.5);
    moment_y += column_moment[x];
  }
  return {static_cast<float>(moment_x / mass), static_cast<float>(moment_y / mass)};
}

/// A resampling filter along one axis: each output pixel is a weighted sum of source pixels.
struct FilterWeights {
  std::array<int, kInputSize> first{};  ///< source pixel of each output pixel
  std::array<int, kInputSize> count{};  ///< source pixels of each output pixel
  std::vector<float> weights;           ///< those of all output pixels, one after the other
};

/// The filter for an axis of `size` source pixels that is scaled by `scale` and begins at output
/// position `origin`. Scaled down, an output pixel is the mean of the source over its own extent
/// (box filter); scaled up, over one source pixel, which is linear interpolation.
FilterWeights box_filter(int size, float origin, float scale) {
  FilterWeights result;
  const float extent = std::max(1 / scale, 1.0f);
  for (int i = 0; i < kInputSize; ++i) {
    const float middle = (float(i) + 0.5f - origin) / scale;
    const float from = middle - extent / 2, to = middle + extent / 2;
    const int first = std::max(0, static_cast<int>(std::floor(from)));
    const int end = std::min(size, static_cast<int>(std::ceil(to)));
    result.first[i] = first;
    result.count[i] = std::max(0, end - first);
    for (int k = first; k < end; ++k) {
      const float overlap = std::min(to, float(k + 1)) - std::max(from, float(k));
      result.weights.push_back(std::max(overlap, 0.0f) / extent);
    }
  }
  return result;
}

/// The filter along an axis of ink: `centre` is its centre of mass in source pixels, which moves to
/// kCentre, or as near to it as keeps all of the ink inside. Ink that has the right scale, as
/// MNIST's images have, moves by whole pixels: a fraction would blur it.
FilterWeights centred_filter(int size, float centre, float scale) {
  const float origin = kCentre - centre * scale;
  const float max_origin = kInputSize - float(size) * scale;
  return box_filter(size, std::clamp(scale == 1 ? std::round(origin) : origin, 0.0f, max_origin),
                    scale);
}

NetworkInput resample(const FloatImage& image, const FilterWeights& columns,
                      const FilterWeights& rows) {
  // The filter is separable. Rows come first: compilers vectorise over columns.
  NetworkInput result{};
  std::vector<float> mean(image.width);
  const float* row_weight = rows.weights.data();
  for (int y = 0; y < kInputSize; ++y) {
    std::ranges::fill(mean, 0.0f);
    for (int k = 0; k < rows.count[y]; ++k, ++row_weight) {
      const float* source = &image.pixels[std::size_t(rows.first[y] + k) * image.width];
      for (int x = 0; x < image.width; ++x) mean[x] += *row_weight * source[x];
    }
    const float* column_weight = columns.weights.data();
    for (int x = 0; x < kInputSize; ++x)
      for (int k = 0; k < columns.count[x]; ++k)
        result[y * kInputSize + x] += *column_weight++ * mean[columns.first[x] + k];
  }
  return result;
}

/// The filter that scales all of an axis to the input's size.
FilterWeights full_filter(int size) {
  FilterWeights result = box_filter(size, 0, float(kInputSize) / float(size));
  // Outside of an image there is nothing, not black: the weights inside add up to 1.
  float* weight = result.weights.data();
  for (const int count : result.count) {
    const float sum = std::accumulate(weight, weight + count, 0.0f);
    for (int k = 0; k < count; ++k) *weight++ /= sum;
  }
  return result;
}

NetworkInput fit_full_image(const FloatImage& image) {
  NetworkInput input = resample(image, full_filter(image.width), full_filter(image.height));
  // Rounding can make the weights add up to slightly more than 1.
  for (float& value : input) value = std::min(value, 1.0f);
  return input;
}

NetworkInput fit_ink(const FloatImage& ink) {
  const float scale = float(kDigitSize) / float(std::max(ink.width, ink.height));
  const Point centre = centre_of_mass(ink);
  NetworkInput input = resample(ink, centred_filter(ink.width, centre.x, scale),
                                centred_filter(ink.height, centre.y, scale));
  const float strongest = *std::max_element(input.begin(), input.end());
  for (float& value : input) value /= strongest;
  return input;
}

Region full_region(const GrayImage& image) {
  Region region{0, 0, {image.width, image.height, {}}};
  region.values.pixels.reserve(image.pixels.size());
  for (const std::uint8_t level : image.pixels) region.values.pixels.push_back(float(level) / 255);
  return region;
}

}  // namespace

std::string_view name_of(InputMode input_mode) {
  return input_mode == InputMode::kInk ? "ink" : "whole";
}

std::optional<InputMode> input_mode_named(std::string_view name) {
  for (const InputMode input_mode : {InputMode::kInk, InputMode::kFullImage})
    if (name_of(input_mode) == name) return input_mode;
  return std::nullopt;
}

std::optional<Region> find_region(const GrayImage& image, InputMode input_mode) {
  if (image.width < 1 || image.height < 1) return std::nullopt;
  return input_mode == InputMode::kInk ? find_ink(image) : full_region(image);
}

NetworkInput to_network_input(const FloatImage& region, InputMode input_mode) {
  return input_mode == InputMode::kInk ? fit_ink(region) : fit_full_image(region);
}

std::optional<NetworkInput> preprocess(const GrayImage& image, InputMode input_mode) {
  const std::optional<Region> region = find_region(image, input_mode);
  if (!region) return std::nullopt;
  return to_network_input(region->values, input_mode);
}

}  // namespace numeral
