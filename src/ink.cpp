#include "ink.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

namespace numeral {
namespace {

using Histogram = std::array<std::size_t, 256>;

/// Ink weaker than this share of the strongest is taken for noise.
constexpr float kFaintest = 0.05f;

/// Levels of contrast, of 255, below which a picture counts as blank.
constexpr int kLeastContrast = 24;

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

/// The darkest and lightest of some pixels, and by how much together they are darker and lighter
/// than a background; what is nearer to it than the noise does not count.
struct Levels {
  std::uint8_t darkest = 255, lightest = 0;
  std::uint64_t darker = 0, lighter = 0;
};

/// Of a row. Plain sums of plain numbers, so that compilers work on many pixels at a time.
Levels levels_of(std::span<const std::uint8_t> row, int background, int noise) {
  std::uint8_t darkest = 255, lightest = 0;
  std::uint32_t darker = 0, lighter = 0;
  for (const std::uint8_t level : row) {
    darkest = std::min(darkest, level);
    lightest = std::max(lightest, level);
    const int difference = level - background;
    darker += difference < -noise ? -difference : 0;
    lighter += difference > noise ? difference : 0;
  }
  return {darkest, lightest, darker, lighter};
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

  Levels all;
  for (int y = 0; y < image.height; ++y) {
    const Levels row = levels_of(row_of(image, y), scale.background, noise);
    all.darkest = std::min(all.darkest, row.darkest);
    all.lightest = std::max(all.lightest, row.lightest);
    all.darker += row.darker;
    all.lighter += row.lighter;
  }
  scale.strongest = all.darker > all.lighter ? all.darkest : all.lightest;
  if (scale.contrast() < kLeastContrast || scale.contrast() <= noise) return std::nullopt;
  const auto faintest = static_cast<int>(std::ceil(kFaintest * float(scale.contrast())));
  scale.least_difference = std::max(faintest, noise + 1);
  return scale;
}

Box bounding_box(const GrayImage& image, const InkScale& scale) {
  const auto ink = [scale](std::uint8_t level) { return scale.is_ink(level); };
  Box box{image.width, image.height, 0, 0};
  for (int y = 0; y < image.height; ++y) {
    const std::span<const std::uint8_t> row = row_of(image, y);
    // Most rows have none, which their extremes tell faster than a search.
    const Levels levels = levels_of(row, 0, 0);
    if (!ink(levels.darkest) && !ink(levels.lightest)) continue;
    const auto first = std::find_if(row.begin(), row.end(), ink);
    const auto last = std::find_if(row.rbegin(), row.rend(), ink);
    box.left = std::min(box.left, static_cast<int>(first - row.begin()));
    box.right = std::max(box.right, static_cast<int>(last.base() - row.begin()));
    box.top = std::min(box.top, y);
    box.bottom = y + 1;
  }
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
