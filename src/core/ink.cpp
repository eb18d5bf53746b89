#include "core/ink.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

namespace numeral {
namespace {

using Histogram = std::array<std::size_t, 256>;

/// Ink weaker than this share of the strongest is taken for noise.
constexpr float kMinInk = 0.05f;

/// Levels of contrast, of 255, below which a picture counts as blank.
constexpr int kMinContrast = 24;

/// How luminance turns into ink: the background's level, the level of the strongest ink (on
/// either side of it), and the smallest difference from the background that counts.
struct InkScale {
  int background = 0;
  int strongest = 0;
  int least_difference = 0;

  int contrast() const { return std::abs(strongest - background); }

  /// How far a level is from the background, towards the strongest ink.
  int difference(int level) const {
    return (level - background) * (strongest > background ? 1 : -1);
  }

  bool is_ink(int level) const { return difference(level) >= least_difference; }

  /// 0 (background) to 1 (strongest ink).
  float ink(int level) const {
    return is_ink(level) ? static_cast<float>(difference(level)) / static_cast<float>(contrast())
                         : 0;
  }
};

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

/// The darkest and lightest of some pixels.
struct Extremes {
  std::uint8_t darkest = 255, lightest = 0;
};

Extremes extremes_of(std::span<const std::uint8_t> levels) {
  // Single bytes, not the struct's: compilers work on 16 of them at a time.
  std::uint8_t darkest = 255, lightest = 0;
  for (const std::uint8_t level : levels) {
    darkest = std::min(darkest, level);
    lightest = std::max(lightest, level);
  }
  return {darkest, lightest};
}

/// Whether some pixels together are more darker than lighter than a background; what is nearer to
/// it than the noise does not count.
bool is_mostly_darker(std::span<const std::uint8_t> levels, int background, int noise) {
  std::int64_t surplus = 0;
  for (const std::uint8_t level : levels) {
    const int difference = background - level;
    surplus += std::abs(difference) > noise ? difference : 0;
  }
  return surplus > 0;
}

std::span<const std::uint8_t> row_of(const GrayImage& image, int y) {
  return std::span(image.pixels).subspan(std::size_t(y) * image.width, image.width);
}

std::optional<InkScale> find_scale(const GrayImage& image) {
  const Histogram border = histogram_of_border(image);

  InkScale scale;
  scale.background = median(border);
  // Four standard deviations, where the noise is normal (1.4826 median deviations are one).
  const int noise = (median_deviation(border, scale.background) * 6);

  const Extremes extremes = extremes_of(image.pixels);
  const bool has_darker = scale.background - extremes.darkest > noise;
  const bool has_lighter = extremes.lightest - scale.background > noise;
  const bool is_dark = has_darker && has_lighter
                           ? is_mostly_darker(image.pixels, scale.background, noise)
                           : has_darker;
  scale.strongest = is_dark ? extremes.darkest : extremes.lightest;
  if (scale.contrast() < kMinContrast || scale.contrast() <= noise) return std::nullopt;
  const auto faintest = static_cast<int>(std::ceil(kMinInk * float(scale.contrast())));
  scale.least_difference = std::max(faintest, noise + 1);
  return scale;
}

/// The smallest box around all ink, of which there must be some.
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

Ink cut_out(const GrayImage& image, const Box& box, InkScale scale) {
  Ink result{box.left, box.top, {box.width(), box.height(), {}}};
  result.values.pixels.resize(std::size_t(box.width()) * box.height());
  float* value = result.values.pixels.data();
  for (int y = box.top; y < box.bottom; ++y)
    for (const std::uint8_t level : row_of(image, y).subspan(box.left, box.width()))
      *value++ = scale.ink(level);
  return result;
}

}  // namespace

std::optional<Ink> find_ink(const GrayImage& image) {
  if (image.width < 1 || image.height < 1) return std::nullopt;
  const std::optional<InkScale> scale = find_scale(image);
  if (!scale) return std::nullopt;
  return cut_out(image, bounding_box(image, *scale), *scale);
}

}  // namespace numeral
