#include "photo/ruled_lines.h"

#include <algorithm>
#include <cmath>

#include "core/segmentation/sort.h"

namespace numeral {
namespace {

/// Slopes of the Hough transform: up to tan(12 degrees), in steps that shift the ends of a line of
/// 1,200 pixels by 4.
constexpr float kSlopeStep = 0.0066f;
constexpr int kSteps = 32;  ///< in each direction

/// Least coverage: the fraction of a line's length on which there is ink. For lines in general; for
/// a single line; and for lines beside others, which may be written over.
constexpr float kMinCoverage = 0.5f;
constexpr float kMinCoverageSingle = 0.97f;
constexpr float kMinCoverageBeside = 0.3f;

/// A single line may be crossed by strokes: its least coverage without them, and its least length.
constexpr float kMinCoverageCrossed = 0.85f;
constexpr float kMinLengthCrossed = 0.97f;

/// Least length of a line inside the image, as a fraction of the width; and of one beside others.
constexpr float kMinLength = 0.5f;
constexpr float kMinLengthBeside = 0.05f;

/// Largest difference in slope between neighbouring lines.
constexpr float kMaxSlopeDifference = 0.02f;

/// Largest thickness, as a fraction of the image's shorter side.
constexpr float kMaxThickness = 0.02f;

/// Smallest distance between lines, in pixels: what is nearer is the same line, found twice.
constexpr float kMinDistance = 6;

/// Tolerance in pixels around the fitted line: paper is never quite flat.
constexpr int kTolerance = 2;

/// On a line, ink that is darker than the line by this factor is a stroke.
constexpr float kStrokeDarkness = 1.6f;

/// A vertical run of ink: rows [top, bottom) of a column.
struct Run {
  int x = 0, top = 0, bottom = 0;
  float darkest = 0;

  int thickness() const { return bottom - top; }
  float middle() const { return float(top + bottom) / 2; }
};

/// The line y = intercept + slope * (x - width / 2).
struct Line {
  float slope = 0, intercept = 0;
  float length = 0;    ///< inside the image, as a fraction of its width
  float coverage = 0;  ///< fraction of that length on which there is ink

  float y(float x_from_middle) const { return intercept + slope * x_from_middle; }
};

/// All vertical runs, column by column.
struct Runs {
  std::vector<Run> all;
  std::vector<std::size_t> first;  ///< index of each column's first run, and the number of runs
};

Runs find_runs(const FloatImage& ink) {
  Runs runs;
  for (int x = 0; x < ink.width; ++x) {
    runs.first.push_back(runs.all.size());
    for (int y = 0; y < ink.height; ++y) {
      if (ink.at(x, y) <= 0) continue;
      Run run{x, y, y, 0};
      for (; y < ink.height && ink.at(x, y) > 0; ++y)
        run.darkest = std::max(run.darkest, ink.at(x, y));
      run.bottom = y;
      runs.all.push_back(run);
    }
  }
  runs.first.push_back(runs.all.size());
  return runs;
}

/// The length of a line inside the image, as a fraction of the image's width.
float length_inside(const Line& line, const FloatImage& ink) {
  if (line.slope == 0) return 1;
  const float a = (0 - line.intercept) / line.slope,
              b = (float(ink.height) - line.intercept) / line.slope;
  const float half = float(ink.width) / 2;
  const float inside = std::min(half, std::max(a, b)) - std::max(-half, std::min(a, b));
  return std::max(0.0f, inside) / float(ink.width);
}

/// The Hough transform: candidate lines, by descending coverage. A line may be among them more than
/// once.
std::vector<Line> find_candidates(const FloatImage& ink, const Runs& runs) {
  const int shorter = std::min(ink.width, ink.height);
  const int max_thickness = std::max(3, static_cast<int>(kMaxThickness * float(shorter)));
  const float half = float(ink.width) / 2;
  const int margin = static_cast<int>(kSlopeStep * kSteps * half) + kTolerance + 1;
  std::vector<Line> lines;
  std::vector<int> votes(std::size_t(ink.height) + 2 * margin);
  for (int step = -kSteps; step <= kSteps; ++step) {
    const float slope = kSlopeStep * float(step);
    std::fill(votes.begin(), votes.end(), 0);
    for (const Run& run : runs.all) {
      if (run.thickness() > max_thickness) continue;
      ++votes[static_cast<int>(run.middle() - slope * (float(run.x) - half)) + margin];
    }
    for (int at = kTolerance; at + kTolerance < static_cast<int>(votes.size()); ++at) {
      int count = 0;
      for (int k = -kTolerance; k <= kTolerance; ++k) count += votes[at + k];
      Line line{slope, float(at - margin) + 0.5f, 0, 0};
      line.length = length_inside(line, ink);
      if (line.length < kMinLengthBeside) continue;
      line.coverage = float(count) / (line.length * float(ink.width));
      if (line.coverage >= kMinCoverageBeside) lines.push_back(line);
    }
  }
  stable_sort(lines, [](const Line& a, const Line& b) { return a.coverage > b.coverage; });
  return lines;
}

/// Whether two lines touch or cross inside an image of that width.
bool meet(const Line& a, const Line& b, int width) {
  const float half = float(width) / 2;
  const float left = a.y(-half) - b.y(-half), right = a.y(half) - b.y(half);
  return left * right <= 0 || std::min(std::abs(left), std::abs(right)) < kMinDistance;
}

/// Whether a line is parallel to the nearest of the others.
bool is_parallel_to_nearest(const Line& line, const std::vector<Line>& others) {
  const auto distance = [&](const Line& other) {
    return std::abs(other.intercept - line.intercept);
  };
  const auto nearest =
      std::min_element(others.begin(), others.end(),
                       [&](const Line& a, const Line& b) { return distance(a) < distance(b); });
  return nearest != others.end() && std::abs(nearest->slope - line.slope) <= kMaxSlopeDifference;
}

/// Whether a line meets none of the others: it is not one of them, found again.
bool is_new(const Line& line, const std::vector<Line>& others, int width) {
  return std::none_of(others.begin(), others.end(),
                      [&](const Line& other) { return meet(line, other, width); });
}

/// Adds the candidates that are lines because they are beside others: those that are mostly written
/// over, or cross only a corner.
std::vector<Line> with_neighbours(std::vector<Line> lines, const std::vector<Line>& candidates,
                                  int width) {
  if (lines.size() < 2) return lines;
  const std::vector<Line> certain = lines;
  for (const Line& line : candidates)
    if (is_parallel_to_nearest(line, certain) && is_new(line, lines, width)) lines.push_back(line);
  return lines;
}

/// The run of each column that is on the line, if any.
std::vector<const Run*> runs_on(const Line& line, const FloatImage& ink, const Runs& runs) {
  std::vector<const Run*> found;
  for (int x = 0; x < ink.width; ++x) {
    const float y = line.y(float(x) - float(ink.width) / 2);
    for (std::size_t i = runs.first[x]; i < runs.first[x + 1]; ++i) {
      const Run& run = runs.all[i];
      if (float(run.top - kTolerance) <= y && y <= float(run.bottom + kTolerance)) {
        found.push_back(&run);
        break;
      }
    }
  }
  return found;
}

/// The candidates that are lines for certain.
std::vector<Line> find_certain(const std::vector<Line>& candidates, const FloatImage& ink,
                               const Runs& runs) {
  std::vector<Line> lines;
  for (const Line& line : candidates)
    if (line.coverage >= kMinCoverage && line.length >= kMinLength &&
        is_new(line, lines, ink.width))
      lines.push_back(line);
  if (lines.size() != 1 || lines[0].coverage >= kMinCoverageSingle) return lines;
  // Here strokes that cross the line count, too.
  const auto covered = float(runs_on(lines[0], ink, runs).size());
  if (lines[0].coverage < kMinCoverageCrossed || lines[0].length < kMinLengthCrossed ||
      covered < kMinCoverageSingle * lines[0].length * float(ink.width))
    lines.clear();
  return lines;
}

template <class Value>
Value median(std::vector<Value> values) {
  const auto middle = values.begin() + std::ptrdiff_t(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// How the lines are printed.
struct LineStyle {
  int max_thickness = 0;  ///< in pixels
  float darkness = 0;     ///< median of the runs' darkest pixels
};

LineStyle style_of(const std::vector<Line>& lines, const FloatImage& ink, const Runs& runs) {
  std::vector<int> thicknesses;
  std::vector<float> darknesses;
  for (const Line& line : lines)
    for (const Run* run : runs_on(line, ink, runs)) {
      thicknesses.push_back(run->thickness());
      darknesses.push_back(run->darkest);
    }
  const int thickness = median(thicknesses);
  return {thickness + std::max(1, thickness / 2), median(darknesses)};
}

/// Removes lines that are nearly horizontal and returns their maximum thickness.
int remove_horizontal_lines(FloatImage& ink) {
  const Runs runs = find_runs(ink);
  const std::vector<Line> candidates = find_candidates(ink, runs);
  const std::vector<Line> certain = find_certain(candidates, ink, runs);
  if (certain.empty()) return 0;
  const LineStyle style = style_of(certain, ink, runs);
  for (const Line& line : with_neighbours(certain, candidates, ink.width))
    for (const Run* run : runs_on(line, ink, runs)) {
      if (run->thickness() > style.max_thickness || run->darkest > kStrokeDarkness * style.darkness)
        continue;
      for (int y = run->top; y < run->bottom; ++y)
        ink.pixels[std::size_t(y) * ink.width + run->x] = 0;
    }
  return style.max_thickness;
}

FloatImage transposed(const FloatImage& image) {
  FloatImage result{image.height, image.width, {}};
  result.pixels.reserve(image.pixels.size());
  for (int x = 0; x < image.width; ++x)
    for (int y = 0; y < image.height; ++y) result.pixels.push_back(image.at(x, y));
  return result;
}

}  // namespace

int remove_ruled_lines(FloatImage& ink) {
  const int horizontal = remove_horizontal_lines(ink);
  ink = transposed(ink);
  const int vertical = remove_horizontal_lines(ink);
  ink = transposed(ink);
  return std::max(horizontal, vertical);
}

}  // namespace numeral
