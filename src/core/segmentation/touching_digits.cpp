#include "core/segmentation/touching_digits.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <numeric>
#include <utility>

#include "core/ink.h"
#include "core/segmentation/sort.h"

namespace numeral {
namespace {

// Lengths are fractions of the image's height, unless they say otherwise.

/// Half the width of a corridor, and the distance between the middles of two.
constexpr float kCorridor = 0.18f;
constexpr float kStep = 0.03f;

/// Of paths whose mean distance is smaller, the one that crosses least ink is kept.
constexpr float kMinDistance = 0.05f;

/// Ink that is lower than this many widths of its stroke is a blot: no two digits.
constexpr float kMinHeightOfPen = 3;

/// A path that crosses more ink cuts through a digit.
constexpr float kMaxInk = 0.45f;

/// Ink is dense where more than half of the pixels around it are ink: those within a square that
/// reaches this many widths of a stroke to each side. Its cost falls by kDensityWeight times the
/// difference.
constexpr float kDensityRadius = 0.7f;
constexpr float kDensityWeight = 2.5f;
constexpr float kMinCost = 0.1f, kMaxCost = 1.5f;

/// Ink beside a path that belongs to both digits, in widths of a stroke.
constexpr float kOverlap = 0.5f;

/// A path goes at most so many columns aside for each row.
constexpr int kMaxSlope = 2;

/// The cost of a pixel without ink, and of a step aside.
constexpr float kPixelCost = 0.001f;
constexpr float kAsideCost = 0.05f;

/// The column of a path in each row.
struct Path {
  std::vector<int> columns;
  float cost = 0;  ///< of the ink that it crosses
};

/// The sums of the ink left of each column and above each row (an integral image).
std::vector<float> integral_of(const FloatImage& ink) {
  const std::size_t stride = std::size_t(ink.width) + 1;
  std::vector<float> sums(stride * (ink.height + 1));
  for (int y = 0; y < ink.height; ++y) {
    float row = 0;
    for (int x = 0; x < ink.width; ++x) {
      row += ink.at(x, y);
      sums[(y + 1) * stride + x + 1] = sums[y * stride + x + 1] + row;
    }
  }
  return sums;
}

/// What it costs a path to cross each pixel.
FloatImage cost_of(const FloatImage& ink, float pen) {
  const int radius = std::max(1, static_cast<int>(std::lround(kDensityRadius * pen)));
  const float area = float(2 * radius + 1) * float(2 * radius + 1);
  const std::vector<float> sums = integral_of(ink);
  const auto sum = [&](int y, int x) { return sums[std::size_t(y) * (ink.width + 1) + x]; };
  FloatImage cost = ink;
  for (int y = 0; y < ink.height; ++y) {
    const int top = std::max(0, y - radius), bottom = std::min(ink.height, y + radius + 1);
    for (int x = 0; x < ink.width; ++x) {
      const int left = std::max(0, x - radius), right = std::min(ink.width, x + radius + 1);
      const float around =
          sum(bottom, right) - sum(top, right) - sum(bottom, left) + sum(top, left);
      cost.pixels[std::size_t(y) * ink.width + x] *=
          std::clamp(1 - kDensityWeight * (around / area - 0.5f), kMinCost, kMaxCost);
    }
  }
  return cost;
}

/// The path inside the columns [begin, end) that costs least.
Path shortest_path(const FloatImage& costs, int begin, int end) {
  const int width = end - begin;
  std::vector<float> cost(width, 0), next(width);
  std::vector<signed char> steps(std::size_t(width) * costs.height);
  for (int y = 0; y < costs.height; ++y) {
    const float* row = &costs.pixels[std::size_t(y) * costs.width + begin];
    for (int x = 0; x < width; ++x) {
      next[x] = std::numeric_limits<float>::infinity();
      for (const int direction : {-1, 1}) {
        float aside = 0;
        for (int distance = 0; distance <= kMaxSlope; ++distance) {
          const int from = x + direction * distance;
          if (from < 0 || from >= width) break;
          // It passes over the pixels between the two, too.
          if (distance > 1) aside += row[from - direction];
          const float total =
              cost[from] + row[x] + kPixelCost + aside + kAsideCost * float(distance);
          if (total >= next[x]) continue;
          next[x] = total;
          steps[std::size_t(y) * width + x] = static_cast<signed char>(direction * distance);
        }
      }
    }
    std::swap(cost, next);
  }
  Path path{std::vector<int>(costs.height), 0};
  int x = static_cast<int>(std::ranges::min_element(cost) - cost.begin());
  for (int y = costs.height - 1; y >= 0; --y) {
    path.columns[y] = begin + x;
    path.cost += costs.at(begin + x, y);
    x += steps[std::size_t(y) * width + x];
  }
  return path;
}

float mean_distance(const Path& a, const Path& b) {
  float sum = 0;
  for (std::size_t y = 0; y < a.columns.size(); ++y)
    sum += float(std::abs(a.columns[y] - b.columns[y]));
  return sum / float(a.columns.size());
}

/// The cheapest paths, from left to right.
std::vector<Path> find_paths(const FloatImage& costs) {
  const auto height = float(costs.height);
  const int corridor = std::max(2, static_cast<int>(kCorridor * height));
  const float step = std::max(1.0f, kStep * height);
  std::vector<Path> all;
  for (int i = 1; float(i) * step < float(costs.width) - step / 2; ++i) {
    const int x = static_cast<int>(float(i) * step);
    Path path =
        shortest_path(costs, std::max(0, x - corridor), std::min(costs.width, x + corridor + 1));
    if (path.cost <= kMaxInk * height) all.push_back(std::move(path));
  }
  stable_sort(all, [](const Path& a, const Path& b) { return a.cost < b.cost; });
  std::vector<Path> paths;
  for (Path& path : all) {
    const auto is_near = [&](const Path& other) {
      return mean_distance(path, other) < kMinDistance * height;
    };
    if (std::ranges::none_of(paths, is_near)) paths.push_back(std::move(path));
  }
  stable_sort(paths, [](const Path& a, const Path& b) {
    return std::accumulate(a.columns.begin(), a.columns.end(), 0L) <
           std::accumulate(b.columns.begin(), b.columns.end(), 0L);
  });
  // Paths that cross each other run together there.
  for (std::size_t i = 1; i < paths.size(); ++i)
    for (std::size_t y = 0; y < paths[i].columns.size(); ++y)
      paths[i].columns[y] = std::max(paths[i].columns[y], paths[i - 1].columns[y]);
  return paths;
}

CutPath with_overlap(const Path& path, const FloatImage& ink, int overlap) {
  CutPath cut{path.columns, path.columns, path.cost};
  for (int y = 0; y < ink.height; ++y) {
    const int x = path.columns[y];
    if (ink.at(x, y) < 0.5f) continue;
    int &begin = cut.begin[y], &end = cut.end[y];
    while (begin > 0 && x - begin < overlap && ink.at(begin - 1, y) > 0) --begin;
    while (end < ink.width && end - x < overlap && ink.at(end, y) > 0) ++end;
  }
  return cut;
}

}  // namespace

std::vector<CutPath> find_cut_paths(const FloatImage& ink) {
  const float pen = stroke_width(ink);
  if (float(ink.height) < kMinHeightOfPen * pen) return {};
  const int overlap = static_cast<int>(std::lround(kOverlap * pen));
  std::vector<CutPath> cuts;
  for (const Path& path : find_paths(cost_of(ink, pen)))
    cuts.push_back(with_overlap(path, ink, overlap));
  return cuts;
}

}  // namespace numeral
