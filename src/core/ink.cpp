#include "core/ink.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

namespace numeral {
namespace {

using Histogram = std::array<std::size_t, 256>;

/// Ink weaker than this fraction of the strongest counts as noise.
constexpr float kMinInk = 0.05f;

/// An image with less contrast than this, in levels of 255, is blank.
constexpr int kMinContrast = 24;

/// Maps luminance to ink.
struct InkScale {
  int background = 0;      ///< level
  int strongest = 0;       ///< level of the strongest ink, above or below the background's
  int min_difference = 0;  ///< from the background; less is noise

  int contrast() const { return std::abs(strongest - background); }

  /// Distance of a level from the background, positive towards the strongest ink.
  int difference(int level) const {
    return (level - background) * (strongest > background ? 1 : -1);
  }

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

int median(const Histogram& counts) {
  std::size_t total = 0, seen = 0;
  for (const std::size_t count : counts) total += count;
  int level = 0;
  while (level < 255 && (seen += counts[level]) * 2 < total) ++level;
  return level;
}

/// The median absolute deviation from `centre`.
int median_absolute_deviation(const Histogram& counts, int centre) {
  Histogram deviations{};
  for (int level = 0; level < 256; ++level) deviations[std::abs(level - centre)] += counts[level];
  return median(deviations);
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

std::optional<InkScale> find_scale(const GrayImage& image) {
  const Histogram border = border_histogram(image);

  InkScale scale;
  scale.background = median(border);
  // Six median absolute deviations are four standard deviations of normal noise.
  const int noise = median_absolute_deviation(border, scale.background) * 6;

  const Extremes extremes = extremes_of(image.pixels);
  const bool has_darker = scale.background - extremes.darkest > noise;
  const bool has_lighter = extremes.lightest - scale.background > noise;
  const bool is_dark = has_darker && has_lighter
                           ? is_mostly_darker(image.pixels, scale.background, noise)
                           : has_darker;
  scale.strongest = is_dark ? extremes.darkest : extremes.lightest;
  if (scale.contrast() < kMinContrast || scale.contrast() <= noise) return std::nullopt;
  const auto faintest = static_cast<int>(std::ceil(kMinInk * float(scale.contrast())));
  scale.min_difference = std::max(faintest, noise + 1);
  return scale;
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

Region crop(const GrayImage& image, const Box& box, InkScale scale) {
  Region result{box.left, box.top, {box.width(), box.height(), {}}};
  result.values.pixels.resize(std::size_t(box.width()) * box.height());
  float* value = result.values.pixels.data();
  for (int y = box.top; y < box.bottom; ++y)
    for (const std::uint8_t level : row_of(image, y).subspan(box.left, box.width()))
      *value++ = scale.ink(level);
  return result;
}

}  // namespace

std::optional<Region> find_ink(const GrayImage& image) {
  if (image.width < 1 || image.height < 1) return std::nullopt;
  const std::optional<InkScale> scale = find_scale(image);
  if (!scale) return std::nullopt;
  return crop(image, bounding_box(image, *scale), *scale);
}

}  // namespace numeral
