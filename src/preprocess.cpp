#include "preprocess.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>

namespace numeral {
namespace {

using Histogram = std::array<std::size_t, 256>;

/// Ink weaker than this share of the strongest is taken for noise.
constexpr float kFaintest = 0.05f;

/// Where the centre of mass goes, on both axes: the middle of pixel 14, as in MNIST (whose pictures
/// have it there to within half a pixel).
constexpr float kCentre = 14.5f;

/// Levels of contrast, of 255, below which a picture counts as blank.
constexpr int kLeastContrast = 24;

/// How luminance turns into ink: the background's level, the level of the strongest ink (on
/// either side of it), and the smallest difference from the background that counts.
struct InkScale {
  int background = 0;
  int strongest = 0;
  int least_difference = 0;

  int contrast() const { return std::abs(strongest - background); }

  /// 0 (background) to 1 (strongest ink).
  float ink(int level) const {
    const int difference = strongest > background ? level - background : background - level;
    if (difference < least_difference) return 0;
    return static_cast<float>(difference) / static_cast<float>(contrast());
  }
};

struct Box {
  int left = 0, top = 0, right = 0, bottom = 0;  ///< right and bottom are one past the last

  int width() const { return right - left; }
  int height() const { return bottom - top; }
};

/// Values from 0 to 1, row by row.
struct FloatImage {
  int width = 0;
  int height = 0;
  std::vector<float> pixels;
};

struct Point {
  float x = 0, y = 0;
};

Histogram histogram_of(const GrayImage& image) {
  Histogram counts{};
  for (const std::uint8_t level : image.pixels) ++counts[level];
  return counts;
}

Histogram histogram_of_border(const GrayImage& image) {
  Histogram counts{};
  for (int x = 0; x < image.width; ++x) {
    ++counts[image.at(x, 0)];
    ++counts[image.at(x, image.height - 1)];
  }
  for (int y = 1; y < image.height - 1; ++y) {
    ++counts[image.at(0, y)];
    ++counts[image.at(image.width - 1, y)];
  }
  return counts;
}

int median(const Histogram& counts) {
  std::size_t total = 0, seen = 0;
  for (const std::size_t count : counts) total += count;
  int level = 0;
  while (level < 255 && (seen += counts[level]) * 2 < total) ++level;
  return level;
}

/// The median distance of the levels from `centre`.
int median_deviation(const Histogram& counts, int centre) {
  Histogram deviations{};
  for (int level = 0; level < 256; ++level) deviations[std::abs(level - centre)] += counts[level];
  return median(deviations);
}

std::optional<InkScale> find_ink(const GrayImage& image) {
  const Histogram border = histogram_of_border(image);
  const Histogram all = histogram_of(image);

  InkScale scale;
  scale.background = median(border);
  // Four standard deviations, where the noise is normal (1.4826 median deviations are one).
  const int noise = (median_deviation(border, scale.background) * 6);

  std::size_t darker = 0, lighter = 0;
  int darkest = scale.background, lightest = scale.background;
  for (int level = 0; level < 256; ++level) {
    if (all[level] == 0) continue;
    if (level < scale.background - noise) darker += all[level] * (scale.background - level);
    if (level > scale.background + noise) lighter += all[level] * (level - scale.background);
    darkest = std::min(darkest, level);
    lightest = std::max(lightest, level);
  }
  scale.strongest = darker > lighter ? darkest : lightest;
  if (scale.contrast() < kLeastContrast || scale.contrast() <= noise) return std::nullopt;
  const auto faintest = static_cast<int>(std::ceil(kFaintest * float(scale.contrast())));
  scale.least_difference = std::max(faintest, noise + 1);
  return scale;
}

Box bounding_box(const GrayImage& image, const InkScale& scale) {
  std::array<bool, 256> is_ink;
  for (int level = 0; level < 256; ++level) is_ink[level] = scale.ink(level) > 0;

  Box box{image.width, image.height, 0, 0};
  for (int y = 0; y < image.height; ++y) {
    const auto row = image.pixels.begin() + std::ptrdiff_t(y) * image.width;
    const auto end = row + image.width;
    const auto ink = [&](std::uint8_t level) { return is_ink[level]; };
    const auto first = std::find_if(row, end, ink);
    if (first == end) continue;
    const auto last = std::find_if(std::reverse_iterator(end), std::reverse_iterator(first), ink);
    box.left = std::min(box.left, static_cast<int>(first - row));
    box.right = std::max(box.right, static_cast<int>(last.base() - row));
    box.top = std::min(box.top, y);
    box.bottom = y + 1;
  }
  return box;
}

FloatImage cut_out(const GrayImage& image, const Box& box, const InkScale& scale) {
  std::array<float, 256> ink;
  for (int level = 0; level < 256; ++level) ink[level] = scale.ink(level);

  FloatImage result{box.width(), box.height(), {}};
  result.pixels.reserve(std::size_t(result.width) * result.height);
  for (int y = box.top; y < box.bottom; ++y)
    for (int x = box.left; x < box.right; ++x) result.pixels.push_back(ink[image.at(x, y)]);
  return result;
}

/// In pixels from the picture's top left corner; the middle of its first pixel is (0.5, 0.5).
Point centre_of_mass(const FloatImage& image) {
  double mass = 0, moment_x = 0, moment_y = 0;
  for (int y = 0; y < image.height; ++y) {
    const float* row = &image.pixels[std::size_t(y) * image.width];
    double row_mass = 0;
    for (int x = 0; x < image.width; ++x) {
      row_mass += row[x];
      moment_x += row[x] * (x + 0.5);
    }
    mass += row_mass;
    moment_y += row_mass * (y + 0.5);
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
  // The two axes are independent: first every source row is shortened, then the columns.
  std::vector<float> shortened(std::size_t(image.height) * kInputSize);
  for (int y = 0; y < image.height; ++y) {
    const float* weight = columns.weights.data();
    for (int x = 0; x < kInputSize; ++x) {
      const float* source = &image.pixels[std::size_t(y) * image.width] + columns.first[x];
      float sum = 0;
      for (int k = 0; k < columns.count[x]; ++k) sum += *weight++ * source[k];
      shortened[std::size_t(y) * kInputSize + x] = sum;
    }
  }

  NetworkInput result{};
  const float* weight = rows.weights.data();
  for (int y = 0; y < kInputSize; ++y)
    for (int k = 0; k < rows.count[y]; ++k, ++weight) {
      const float* source = &shortened[std::size_t(rows.first[y] + k) * kInputSize];
      for (int x = 0; x < kInputSize; ++x) result[y * kInputSize + x] += *weight * source[x];
    }
  return result;
}

NetworkInput fit(const FloatImage& image) {
  const float scale = float(kDigitSize) / float(std::max(image.width, image.height));
  const Point centre = centre_of_mass(image);
  const auto along = [&](int size, float middle) {
    return footprints(size, origin_of(size, middle, scale), scale);
  };
  return resample(image, along(image.width, centre.x), along(image.height, centre.y));
}

void scale_to_one(NetworkInput& values) {
  const float strongest = *std::max_element(values.begin(), values.end());
  for (float& value : values) value /= strongest;
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
  return resample(values, footprints_of_whole(image.width), footprints_of_whole(image.height));
}

}  // namespace

std::string_view name_of(Framing framing) { return framing == Framing::kInk ? "ink" : "whole"; }

std::optional<Framing> framing_named(std::string_view name) {
  for (const Framing framing : {Framing::kInk, Framing::kWhole})
    if (name_of(framing) == name) return framing;
  return std::nullopt;
}

std::optional<NetworkInput> preprocess(const GrayImage& image, Framing framing) {
  if (image.width < 1 || image.height < 1) return std::nullopt;
  if (framing == Framing::kWhole) return whole(image);
  const std::optional<InkScale> scale = find_ink(image);
  if (!scale) return std::nullopt;
  NetworkInput input = fit(cut_out(image, bounding_box(image, *scale), *scale));
  scale_to_one(input);
  return input;
}

}  // namespace numeral
