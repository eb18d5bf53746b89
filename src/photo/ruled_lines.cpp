#include "photo/ruled_lines.h"

#include <algorithm>
#include <cmath>

namespace numeral {
namespace {

/// Slopes that are looked for: up to tan(12 degrees), in steps that shift a line of 1,200 pixels by
/// 4 at its ends.
constexpr float kSlopeStep = 0.0066f;
constexpr int kSteps = 32;  ///< each way

/// Share of its way across the picture on which a line can be seen; of a single one; and of one
/// beside others, which much may be written over.
constexpr float kMinSeen = 0.5f;
constexpr float kMinSeenOfSingle = 0.97f;
constexpr float kMinSeenBeside = 0.3f;

/// Share of the picture's width that a line is inside it; of one beside others.
constexpr float kMinLength = 0.5f;
constexpr float kMinLengthBeside = 0.05f;

/// Lines beside each other differ in slope by at most this.
constexpr float kParallel = 0.02f;

/// A line is at most this thick, as a share of the picture's height.
constexpr float kMaxThickness = 0.015f;

/// Lines are at least so many pixels apart; what is nearer is the same line found twice.
constexpr float kMinDistance = 6;

/// How far from its place by the vote a line may be: paper is never quite flat.
constexpr int kReach = 2;

/// On a line, what is darker than it by this factor is a stroke.
constexpr float kDarker = 1.6f;

/// Pixels of ink one below the other.
struct Run {
  int x = 0, top = 0, bottom = 0;  ///< bottom is one past the last
  float darkest = 0;

  int thickness() const { return bottom - top; }
  float middle() const { return float(top + bottom) / 2; }
};

/// y = at_middle + slope * (x - width / 2)
struct Line {
  float slope = 0, at_middle = 0;
  float inside = 0;  ///< share of the picture's width on which it is inside the picture
  float seen = 0;    ///< share of that on which it can be seen

  float y(float x_from_middle) const { return at_middle + slope * x_from_middle; }
};

/// All runs, column by column; the first run of column x is at first[x].
struct Runs {
  std::vector<Run> all;
  std::vector<std::size_t> first;
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

/// The share of the picture's width on which a line is inside it.
float share_inside(const Line& line, const FloatImage& ink) {
  if (line.slope == 0) return 1;
  const float a = (0 - line.at_middle) / line.slope,
              b = (float(ink.height) - line.at_middle) / line.slope;
  const float half = float(ink.width) / 2;
  const float inside = std::min(half, std::max(a, b)) - std::max(-half, std::min(a, b));
  return std::max(0.0f, inside) / float(ink.width);
}

/// Lines that may be there, those that are best seen first; each may be among them several times.
std::vector<Line> vote(const FloatImage& ink, const Runs& runs) {
  const int thickest = std::max(3, static_cast<int>(kMaxThickness * float(ink.height)));
  const float half = float(ink.width) / 2;
  const int margin = static_cast<int>(kSlopeStep * kSteps * half) + kReach + 1;
  std::vector<Line> lines;
  std::vector<int> votes(std::size_t(ink.height) + 2 * margin);
  for (int step = -kSteps; step <= kSteps; ++step) {
    const float slope = kSlopeStep * float(step);
    std::fill(votes.begin(), votes.end(), 0);
    for (const Run& run : runs.all) {
      if (run.thickness() > thickest) continue;
      ++votes[static_cast<int>(run.middle() - slope * (float(run.x) - half)) + margin];
    }
    for (int at = kReach; at + kReach < static_cast<int>(votes.size()); ++at) {
      int count = 0;
      for (int k = -kReach; k <= kReach; ++k) count += votes[at + k];
      Line line{slope, float(at - margin) + 0.5f, 0, 0};
      line.inside = share_inside(line, ink);
      if (line.inside < kMinLengthBeside) continue;
      line.seen = float(count) / (line.inside * float(ink.width));
      if (line.seen >= kMinSeenBeside) lines.push_back(line);
    }
  }
  std::sort(lines.begin(), lines.end(),
            [](const Line& a, const Line& b) { return a.seen > b.seen; });
  return lines;
}

/// Whether two lines touch or cross inside a picture of a width.
bool meet(const Line& a, const Line& b, int width) {
  const float half = float(width) / 2;
  const float left = a.y(-half) - b.y(-half), right = a.y(half) - b.y(half);
  return left * right <= 0 || std::min(std::abs(left), std::abs(right)) < kMinDistance;
}

/// Whether a line is parallel to the nearest of others.
bool fits_among(const Line& line, const std::vector<Line>& others) {
  const auto apart = [&](const Line& other) { return std::abs(other.at_middle - line.at_middle); };
  const auto nearest =
      std::min_element(others.begin(), others.end(),
                       [&](const Line& a, const Line& b) { return apart(a) < apart(b); });
  return nearest != others.end() && std::abs(nearest->slope - line.slope) <= kParallel;
}

/// Whether a line meets none of others, so that it is none of them, found again.
bool is_new(const Line& line, const std::vector<Line>& others, int width) {
  return std::none_of(others.begin(), others.end(),
                      [&](const Line& other) { return meet(line, other, width); });
}

/// The lines that nothing but lines can be.
std::vector<Line> find_sure(const std::vector<Line>& candidates, int width) {
  std::vector<Line> lines;
  for (const Line& line : candidates)
    if (line.seen >= kMinSeen && line.inside >= kMinLength && is_new(line, lines, width))
      lines.push_back(line);
  if (lines.size() == 1 && lines[0].seen < kMinSeenOfSingle) lines.clear();
  return lines;
}

/// Lines, and those beside them that much is written over or that cross a corner only.
std::vector<Line> with_others(std::vector<Line> lines, const std::vector<Line>& candidates,
                              int width) {
  if (lines.size() < 2) return lines;
  const std::vector<Line> sure = lines;
  for (const Line& line : candidates)
    if (fits_among(line, sure) && is_new(line, lines, width)) lines.push_back(line);
  return lines;
}

/// The run of each column that is on the line, where one is.
std::vector<const Run*> runs_on(const Line& line, const FloatImage& ink, const Runs& runs) {
  std::vector<const Run*> found;
  for (int x = 0; x < ink.width; ++x) {
    const float y = line.y(float(x) - float(ink.width) / 2);
    for (std::size_t i = runs.first[x]; i < runs.first[x + 1]; ++i) {
      const Run& run = runs.all[i];
      if (float(run.top - kReach) <= y && y <= float(run.bottom + kReach)) {
        found.push_back(&run);
        break;
      }
    }
  }
  return found;
}

template <class Value>
Value median(std::vector<Value> values) {
  const auto middle = values.begin() + std::ptrdiff_t(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// How lines were printed: the thickest that a run on them is, and their level.
struct Print {
  int thickest = 0;
  float level = 0;
};

Print print_of(const std::vector<Line>& lines, const FloatImage& ink, const Runs& runs) {
  std::vector<int> thicknesses;
  std::vector<float> levels;
  for (const Line& line : lines)
    for (const Run* run : runs_on(line, ink, runs)) {
      thicknesses.push_back(run->thickness());
      levels.push_back(run->darkest);
    }
  const int thickness = median(thicknesses);
  return {thickness + std::max(1, thickness / 2), median(levels)};
}

/// Removes lines that are nearly level, and returns how thick they may have been.
int remove_level_lines(FloatImage& ink) {
  const Runs runs = find_runs(ink);
  const std::vector<Line> candidates = vote(ink, runs);
  const std::vector<Line> sure = find_sure(candidates, ink.width);
  if (sure.empty()) return 0;
  const Print print = print_of(sure, ink, runs);
  for (const Line& line : with_others(sure, candidates, ink.width))
    for (const Run* run : runs_on(line, ink, runs)) {
      if (run->thickness() > print.thickest || run->darkest > kDarker * print.level) continue;
      for (int y = run->top; y < run->bottom; ++y)
        ink.pixels[std::size_t(y) * ink.width + run->x] = 0;
    }
  return print.thickest;
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
  const int level = remove_level_lines(ink);
  ink = transposed(ink);
  const int apply_orientation = remove_level_lines(ink);
  ink = transposed(ink);
  return std::max(level, apply_orientation);
}

}  // namespace numeral
