#include "core/preprocess.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace numeral {
namespace {

/// Where the centre of mass goes, on both axes: the middle of pixel 14, as in MNIST (whose pictures
/// have it there to within half a pixel).
constexpr float kCentre = 14.5f;

struct Point {
  float x = 0, y = 0;
};

/// In pixels from the picture's top left corner; the middle of its first pixel is (0.5, 0.5).
Point centre_of_mass(const FloatImage& image) {
  // Column by column, so that compilers may add several columns at a time.
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

/// For the output pixels along one axis: which source pixels each covers, and how much of it
/// each of those is.
struct Footprints {
  std::array<int, kInputSize> first{};  ///< source pixel
  std::array<int, kInputSize> count{};  ///< source pixels
  std::vector<float> weights;           ///< of all output pixels, one after the other
};

/// The footprints on an axis of `size` source pixels, of which the first begins at output position
/// `origin`, enlarged by `scale`. An output pixel is the mean of the source over its own extent
/// (box filter); enlarging, over one source pixel, which is linear interpolation.
Footprints footprints(int size, float origin, float scale) {
  Footprints result;
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

/// Where along an axis of `size` source pixels, with the centre of mass at `centre` of them, the
/// picture begins in the output, enlarged by `scale`: so that the centre of mass comes to kCentre,
/// or as near to it as leaves all of the picture inside. A picture that already has the input's
/// scale, as MNIST's have, is moved by whole pixels: a fraction would blur it.
float origin_of(int size, float centre, float scale) {
  const float wanted = kCentre - centre * scale;
  const float furthest = kInputSize - float(size) * scale;
  return std::clamp(scale == 1 ? std::round(wanted) : wanted, 0.0f, furthest);
}

/// Each output pixel as the mean of the pixels that its footprints name.
NetworkInput resample(const FloatImage& image, const Footprints& columns, const Footprints& rows) {
  // The two axes are independent. The rows of an output row first: compilers add several columns
  // at a time.
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

/// The footprints that shrink or stretch an axis of `size` source pixels to the whole input.
Footprints footprints_of_whole(int size) {
  const float scale = float(kInputSize) / float(size);
  Footprints result = footprints(size, 0, scale);
  // Beyond its edge a picture is not black but unknown: what lies within it counts for all.
  float* weight = result.weights.data();
  for (const int count : result.count) {
    const float sum = std::accumulate(weight, weight + count, 0.0f);
    for (int k = 0; k < count; ++k) *weight++ /= sum;
  }
  return result;
}

NetworkInput whole(const GrayImage& image) {
  FloatImage values{image.width, image.height, {}};
  values.pixels.reserve(image.pixels.size());
  for (const std::uint8_t level : image.pixels) values.pixels.push_back(float(level) / 255);
  NetworkInput input =
      resample(values, footprints_of_whole(image.width), footprints_of_whole(image.height));
  // The weights of a mean add up to 1 but for rounding.
  for (float& value : input) value = std::min(value, 1.0f);
  return input;
}

}  // namespace

std::string_view name_of(InputMode input_mode) { return input_mode == InputMode::kInk ? "ink" : "whole"; }

std::optional<InputMode> input_mode_named(std::string_view name) {
  for (const InputMode input_mode : {InputMode::kInk, InputMode::kFullImage})
    if (name_of(input_mode) == name) return input_mode;
  return std::nullopt;
}

NetworkInput fit_ink(const FloatImage& ink) {
  const float scale = float(kDigitSize) / float(std::max(ink.width, ink.height));
  const Point centre = centre_of_mass(ink);
  const auto along = [&](int size, float middle) {
    return footprints(size, origin_of(size, middle, scale), scale);
  };
  NetworkInput input = resample(ink, along(ink.width, centre.x), along(ink.height, centre.y));
  const float strongest = *std::max_element(input.begin(), input.end());
  for (float& value : input) value /= strongest;
  return input;
}

std::optional<NetworkInput> preprocess(const GrayImage& image, InputMode input_mode) {
  if (image.width < 1 || image.height < 1) return std::nullopt;
  if (input_mode == InputMode::kFullImage) return whole(image);
  const std::optional<Ink> ink = find_ink(image);
  if (!ink) return std::nullopt;
  return fit_ink(ink->values);
}

}  // namespace numeral
