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

  /// 0 (background) to 1 (strongest ink).
  float ink(int level) const {
    const int difference = strongest > background ? level - background : background - level;
    if (difference < least_difference) return 0;
    return static_cast<float>(difference) / static_cast<float>(contrast());
  }
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

std::optional<InkScale> find_scale(const GrayImage& image) {
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

Ink cut_out(const GrayImage& image, const Box& box, const InkScale& scale) {
  std::array<float, 256> ink;
  for (int level = 0; level < 256; ++level) ink[level] = scale.ink(level);

  Ink result{box.left, box.top, {box.width(), box.height(), {}}};
  result.values.pixels.reserve(std::size_t(box.width()) * box.height());
  for (int y = box.top; y < box.bottom; ++y)
    for (int x = box.left; x < box.right; ++x) result.values.pixels.push_back(ink[image.at(x, y)]);
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
