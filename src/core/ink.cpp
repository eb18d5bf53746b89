#include "core/ink.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <numeric>
#include <span>

namespace numeral {
namespace {

using Histogram = std::array<std::size_t, 256>;

/// Ink weaker than this fraction of the strongest counts as noise.
constexpr float kMinInk = 0.05f;

/// A large image with more noise than this fraction of its contrast is smoothed.
constexpr float kMaxNoise = 0.06f;

/// An image with less contrast than this, in levels of 255, is blank.
constexpr int kMinContrast = 24;

/// A border of which more than this fraction differs from its median by kMinContrast is mixed: ink
/// reaches it.
constexpr float kMaxOutliers = 0.05f;

/// The majority, over one half, that decides which of two classes is the background. With less they
/// cannot be told apart.
constexpr float kMinMajority = 0.02f;

/// Two classes of levels are told apart where they explain this fraction of the variance. A shadow,
/// whose levels are evenly distributed, has 0.75.
constexpr double kMinSeparability = 0.8;

/// A large image, with this many pixels or more, has strokes several pixels wide, and can be
/// smoothed.
constexpr std::size_t kLargeImage = 12'544;  // 112x112

/// How far noise reaches from the background's level.
struct NoiseLimit {
  int deviations = 6;  ///< in median absolute deviations: four standard deviations of normal noise
  int max = 255;       ///< in levels

  int of(int median_deviation) const { return std::min(median_deviation * deviations, max); }
};

/// Among the many pixels of a large image some exceed four standard deviations by chance. Eight
/// median absolute deviations are 5.4.
constexpr int kDeviationsOfSmooth = 8;

/// The blur leaves this fraction of the deviation, or less, where that is noise: 0.375 for noise
/// that is independent from pixel to pixel. A shadow stays as it is.
constexpr float kMaxDeviationLeft = 0.6f;

/// Maps luminance to ink.
struct InkScale {
  int background = 0;      ///< level
  int strongest = 0;       ///< level of the strongest ink, above or below the background's
  int noise = 0;           ///< largest difference from the background that noise makes
  int min_difference = 0;  ///< from the background; less is no ink

  int contrast() const { return std::abs(strongest - background); }

  /// Distance of a level from the background, positive towards the strongest ink.
  int difference(int level) const {
    return (level - background) * (strongest > background ? 1 : -1);
  }

  bool is_noisy() const { return float(noise) > kMaxNoise * float(contrast()); }

  bool is_ink(int level) const { return difference(level) >= min_difference; }

  /// 0 (background) to 1 (strongest ink).
  float ink(int level) const {
    return is_ink(level) ? static_cast<float>(difference(level)) / static_cast<float>(contrast())
                         : 0;
  }
};

Histogram border_histogram(const GrayImage& image) {
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

std::size_t total_of(const Histogram& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::size_t(0));
}

int median(const Histogram& counts) {
  const std::size_t total = total_of(counts);
  std::size_t seen = 0;
  int level = 0;
  while (level < 255 && (seen += counts[level]) * 2 < total) ++level;
  return level;
}

/// How many levels are how far from `centre`.
Histogram deviations_from(const Histogram& counts, int centre) {
  Histogram deviations{};
  for (int level = 0; level < 256; ++level) deviations[std::abs(level - centre)] += counts[level];
  return deviations;
}

int median_absolute_deviation(const Histogram& counts, int centre) {
  return median(deviations_from(counts, centre));
}

struct Extremes {
  std::uint8_t darkest = 255, lightest = 0;
};

Extremes extremes_of(std::span<const std::uint8_t> levels) {
  // Local bytes instead of the struct's members: compilers vectorise these.
  std::uint8_t darkest = 255, lightest = 0;
  for (const std::uint8_t level : levels) {
    darkest = std::min(darkest, level);
    lightest = std::max(lightest, level);
  }
  return {darkest, lightest};
}

/// Whether the differences from the background add up to darker. Those within the noise are left
/// out.
bool is_mostly_darker(std::span<const std::uint8_t> levels, int background, int noise) {
  std::int64_t sum = 0;
  for (const std::uint8_t level : levels) {
    const int difference = background - level;
    sum += std::abs(difference) > noise ? difference : 0;
  }
  return sum > 0;
}

std::span<const std::uint8_t> row_of(const GrayImage& image, int y) {
  return std::span(image.pixels).subspan(std::size_t(y) * image.width, image.width);
}

/// Sets what is counted as noise. Returns nothing where the ink does not stand out from that.
std::optional<InkScale> with_noise(InkScale scale, int noise) {
  if (scale.contrast() < kMinContrast || scale.contrast() <= noise) return std::nullopt;
  const auto faintest = static_cast<int>(std::ceil(kMinInk * float(scale.contrast())));
  scale.noise = noise;
  scale.min_difference = std::max(faintest, noise + 1);
  return scale;
}

/// The scale of an image whose border is background.
std::optional<InkScale> scale_from_border(const GrayImage& image, const Histogram& border,
                                          NoiseLimit limit) {
  InkScale scale;
  scale.background = median(border);
  const int noise = limit.of(median_absolute_deviation(border, scale.background));

  const Extremes extremes = extremes_of(image.pixels);
  const bool has_darker = scale.background - extremes.darkest > noise;
  const bool has_lighter = extremes.lightest - scale.background > noise;
  const bool is_dark = has_darker && has_lighter
                           ? is_mostly_darker(image.pixels, scale.background, noise)
                           : has_darker;
  scale.strongest = is_dark ? extremes.darkest : extremes.lightest;
  return with_noise(scale, noise);
}

/// Whether much of the border differs from its median.
bool is_mixed(const Histogram& border) {
  const int middle = median(border);
  std::size_t outliers = 0;
  for (int level = 0; level < 256; ++level)
    if (std::abs(level - middle) >= kMinContrast) outliers += border[level];
  return float(outliers) > kMaxOutliers * float(total_of(border));
}

/// Two classes of levels.
struct Classes {
  int threshold = 0;        ///< last level of the darker class
  double separability = 0;  ///< fraction of the variance that is between the classes
};

/// Divides levels into two classes whose means are as far apart as their sizes allow (Otsu, "A
/// threshold selection method from gray-level histograms", 1979).
Classes divide(const Histogram& counts) {
  double total = 0, sum = 0, squares = 0;
  for (int level = 0; level < 256; ++level) {
    const auto count = double(counts[level]);
    total += count;
    sum += count * level;
    squares += count * level * level;
  }
  const double mean = sum / total, variance = squares / total - mean * mean;
  Classes best;
  double dark = 0, dark_sum = 0;
  for (int level = 0; level < 255; ++level) {
    dark += double(counts[level]);
    dark_sum += double(counts[level]) * level;
    if (dark == 0 || dark == total) continue;
    const double distance = dark_sum / dark - (sum - dark_sum) / (total - dark);
    const double between = dark / total * (1 - dark / total) * distance * distance;
    if (between > best.separability * variance) best = {level, between / variance};
  }
  return best;
}

/// The fraction of the pixels whose level is at most `threshold`.
float dark_fraction(const Histogram& counts, int threshold) {
  const auto dark = std::accumulate(counts.begin(), counts.begin() + threshold + 1, std::size_t(0));
  return float(dark) / float(total_of(counts));
}

/// How much speaks for the darker of two classes being the background, from 0 to 1: its fractions
/// of the area, of the border and of the corners, averaged. Any of the three alone is wrong more
/// often: a thick pen covers most of the area, a 1 most of the border, a slanted 1 two corners.
float dark_background_score(const GrayImage& image, const Histogram& all, const Histogram& border,
                            int threshold) {
  Histogram corners{};
  for (const int x : {0, image.width - 1})
    for (const int y : {0, image.height - 1}) ++corners[image.at(x, y)];
  return (dark_fraction(all, threshold) + dark_fraction(border, threshold) +
          dark_fraction(corners, threshold)) /
         3;
}

/// The scale of an image whose border is partly ink, as where it was cropped to the ink. Its pixels
/// are divided into two classes; the noise is that of the background's class alone.
std::optional<InkScale> scale_from_mixed_border(const GrayImage& image, const Histogram& border,
                                                NoiseLimit limit) {
  Histogram all{};
  for (const std::uint8_t level : image.pixels) ++all[level];
  const auto [threshold, separability] = divide(all);
  Histogram dark{}, light{};
  std::copy(all.begin(), all.begin() + threshold + 1, dark.begin());
  std::copy(all.begin() + threshold + 1, all.end(), light.begin() + threshold + 1);

  const float score = dark_background_score(image, all, border, threshold);
  const bool is_dark_background = score > 0.5f;
  const Histogram& background = is_dark_background ? dark : light;
  const Histogram& ink = is_dark_background ? light : dark;
  InkScale scale;
  scale.background = median(background);
  const int noise = limit.of(median_absolute_deviation(background, scale.background));
  if (separability < kMinSeparability || std::abs(median(ink) - scale.background) <= noise)
    return scale_from_border(image, border, limit);
  if (std::abs(score - 0.5f) < kMinMajority) return std::nullopt;
  const Extremes extremes = extremes_of(image.pixels);
  scale.strongest = is_dark_background ? extremes.lightest : extremes.darkest;
  return with_noise(scale, noise);
}

std::optional<InkScale> find_scale(const GrayImage& image, NoiseLimit limit = {}) {
  const Histogram border = border_histogram(image);
  return is_mixed(border) ? scale_from_mixed_border(image, border, limit)
                          : scale_from_border(image, border, limit);
}

/// The bounding box of the ink, of which there must be some.
Box bounding_box(const GrayImage& image, const InkScale& scale) {
  const auto any_ink = [scale](const Extremes& extremes) {
    return scale.is_ink(extremes.darkest) || scale.is_ink(extremes.lightest);
  };
  const auto row_has_ink = [&](int y) { return any_ink(extremes_of(row_of(image, y))); };
  Box box{0, 0, image.width, image.height};
  while (!row_has_ink(box.top)) ++box.top;
  while (!row_has_ink(box.bottom - 1)) --box.bottom;

  std::vector<std::uint8_t> darkest(image.width, 255), lightest(image.width, 0);
  for (int y = box.top; y < box.bottom; ++y) {
    const std::span<const std::uint8_t> row = row_of(image, y);
    for (std::size_t x = 0; x < row.size(); ++x) {
      darkest[x] = std::min(darkest[x], row[x]);
      lightest[x] = std::max(lightest[x], row[x]);
    }
  }
  const auto column_has_ink = [&](int x) { return any_ink({darkest[x], lightest[x]}); };
  while (!column_has_ink(box.left)) ++box.left;
  while (!column_has_ink(box.right - 1)) --box.right;
  return box;
}

/// Crops to the ink; nothing where there is no scale.
std::optional<Region> crop(const GrayImage& image, const std::optional<InkScale>& scale) {
  if (!scale) return std::nullopt;
  const Box box = bounding_box(image, *scale);
  Region result{box.left, box.top, {box.width(), box.height(), {}}};
  result.values.pixels.resize(std::size_t(box.width()) * box.height());
  float* value = result.values.pixels.data();
  for (int y = box.top; y < box.bottom; ++y)
    for (const std::uint8_t level : row_of(image, y).subspan(box.left, box.width()))
      *value++ = scale->ink(level);
  return result;
}

/// The border's median absolute deviation, interpolated between levels.
float border_deviation(const GrayImage& image) {
  const Histogram border = border_histogram(image);
  const Histogram deviations = deviations_from(border, median(border));
  const int level = median(deviations);
  const auto half = float(total_of(border)) / 2;
  const auto below =
      float(std::accumulate(deviations.begin(), deviations.begin() + level, std::size_t(0)));
  return std::max(float(level) - 0.5f, 0.0f) + (half - below) / float(deviations[level]);
}

/// Blurs with the binomial kernel 1-2-1 in both directions.
GrayImage binomial_blur(const GrayImage& image) {
  const int width = image.width, height = image.height;
  GrayImage result{width, height, {}};
  result.pixels.reserve(image.pixels.size());
  std::vector<int> columns(width);
  for (int y = 0; y < height; ++y) {
    const auto above = row_of(image, std::max(y - 1, 0)), middle = row_of(image, y),
               below = row_of(image, std::min(y + 1, height - 1));
    for (int x = 0; x < width; ++x) columns[x] = above[x] + 2 * middle[x] + below[x];
    for (int x = 0; x < width; ++x) {
      const int left = columns[std::max(x - 1, 0)], right = columns[std::min(x + 1, width - 1)];
      result.pixels.push_back(static_cast<std::uint8_t>((left + 2 * columns[x] + right + 8) / 16));
    }
  }
  return result;
}

}  // namespace

std::optional<Region> find_ink(const GrayImage& image) {
  if (image.width < 1 || image.height < 1) return std::nullopt;
  const std::optional<InkScale> scale = find_scale(image);
  const float deviation = border_deviation(image);
  const bool is_noisy = deviation >= 0.5f && (!scale || scale->is_noisy());
  if (!is_noisy || image.pixels.size() < kLargeImage) return crop(image, scale);

  const GrayImage smooth = binomial_blur(image);
  if (border_deviation(smooth) > kMaxDeviationLeft * deviation) return crop(image, scale);
  const NoiseLimit limit{kDeviationsOfSmooth, scale ? scale->noise : 255};
  return crop(smooth, find_scale(smooth, limit));
}

Region trimmed(const Region& region) {
  const FloatImage& values = region.values;
  const auto is_ink = [](float value) { return value > 0; };
  const auto row_of = [&](int y) {
    return std::span(values.pixels).subspan(std::size_t(y) * values.width, values.width);
  };
  Box box{values.width, values.height, 0, 0};
  for (int y = 0; y < values.height; ++y) {
    const auto row = row_of(y);
    const auto first = std::ranges::find_if(row, is_ink);
    if (first == row.end()) continue;
    const auto last = std::find_if(row.rbegin(), row.rend(), is_ink);
    box.left = std::min(box.left, static_cast<int>(first - row.begin()));
    box.right = std::max(box.right, static_cast<int>(row.rend() - last));
    box.top = std::min(box.top, y);
    box.bottom = y + 1;
  }
  if (box.bottom == 0) return {};
  Region result{region.left + box.left, region.top + box.top, {box.width(), box.height(), {}}};
  result.values.pixels.reserve(std::size_t(box.width()) * box.height());
  for (int y = box.top; y < box.bottom; ++y) {
    const auto row = row_of(y).subspan(box.left, box.width());
    result.values.pixels.insert(result.values.pixels.end(), row.begin(), row.end());
  }
  return result;
}

float stroke_width(const FloatImage& ink) {
  float area = 0, sides = 0;
  for (int y = 0; y < ink.height; ++y)
    for (int x = 0; x < ink.width; ++x) {
      const float value = ink.at(x, y);
      area += value;
      sides += std::abs(value - (x > 0 ? ink.at(x - 1, y) : 0)) +
               std::abs(value - (y > 0 ? ink.at(x, y - 1) : 0));
    }
  // A contour in all directions has 4 / pi times as many sides of pixels as its length.
  constexpr float kSides = 1.27f;
  return 2 * area * kSides / std::max(sides, 1.0f);
}

}  // namespace numeral
