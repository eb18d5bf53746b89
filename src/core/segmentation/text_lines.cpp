#include "core/segmentation/text_lines.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "core/disjoint_sets.h"
#include "core/segmentation/sort.h"

namespace numeral {
namespace {

// All heights and distances are fractions of the typical height of a component.

/// A lower component is a piece of a digit, or dirt: it begins no line.
constexpr float kMinHeight = 0.4f;

/// A higher component may reach into several lines.
constexpr float kMaxHeight = 1.6f;

/// Neighbours in a line overlap vertically by this fraction of the lower one's height.
constexpr float kMinOverlap = 0.4f;

/// A component that overlaps a line's digits by this fraction of their height reaches into it.
constexpr float kMinReach = 0.5f;

/// Largest vertical distance of a small component from its line.
constexpr float kMaxDistance = 0.5f;

/// Components that are further apart say nothing about the tilt.
constexpr float kMaxGap = 3;

/// Fewer components show no tilt: two digits may just as well be two lines.
constexpr std::size_t kMinComponents = 3;

/// The largest tilt, as a slope: 20 degrees. It is found in steps of kSlopeStep.
constexpr float kMaxSlope = 0.36f;
constexpr float kSlopeStep = 0.02f;

/// How much better a tilt must fit, relative to its slope.
constexpr float kSlopePenalty = 0.5f;

/// A component after the tilt was removed.
struct Item {
  int component = 0;
  float left = 0, right = 0, top = 0, bottom = 0;

  float height() const { return bottom - top; }
  float x() const { return (left + right) / 2; }
  float y() const { return (top + bottom) / 2; }
};

float vertical_overlap(const Item& a, const Item& b) {
  return std::min(a.bottom, b.bottom) - std::max(a.top, b.top);
}

/// The horizontal distance; 0 where they overlap.
float horizontal_gap(const Item& a, const Item& b) {
  return std::max({0.0f, a.left - b.right, b.left - a.right});
}

/// The median height, weighted by height: specks have no say.
float typical_height(const std::vector<Box>& boxes) {
  std::vector<int> heights;
  heights.reserve(boxes.size());
  for (const Box& box : boxes) heights.push_back(box.height());
  stable_sort(heights, std::less<>{});
  const int sum = std::accumulate(heights.begin(), heights.end(), 0);
  int below = 0;
  for (const int height : heights) {
    below += height;
    if (2 * below >= sum) return float(height);
  }
  return 0;
}

std::vector<Item> without_tilt(const std::vector<Box>& boxes, float slope) {
  std::vector<Item> items;
  items.reserve(boxes.size());
  for (int i = 0; i < static_cast<int>(boxes.size()); ++i) {
    const Box& box = boxes[i];
    const float shift = slope * float(box.left + box.right) / 2;
    items.push_back(
        {i, float(box.left), float(box.right), float(box.top) - shift, float(box.bottom) - shift});
  }
  return items;
}

/// The slope at which neighbouring components overlap most.
float find_slope(const std::vector<Box>& boxes, float typical) {
  std::vector<Box> large;
  for (const Box& box : boxes)
    if (float(box.height()) >= kMinHeight * typical) large.push_back(box);
  if (large.size() < kMinComponents) return 0;
  struct Neighbours {
    Box a, b;
    float weight;
  };
  std::vector<Neighbours> pairs;
  for (std::size_t i = 0; i < large.size(); ++i)
    for (std::size_t k = i + 1; k < large.size(); ++k) {
      const Box &a = large[i], &b = large[k];
      const auto gap = float(std::max(a.left - b.right, b.left - a.right));
      if (gap >= 0 && gap <= kMaxGap * typical) pairs.push_back({a, b, std::exp(-gap / typical)});
    }

  float best_slope = 0, best_fit = 0;
  const int steps = static_cast<int>(std::lround(kMaxSlope / kSlopeStep));
  for (int step = -steps; step <= steps; ++step) {
    const float slope = float(step) * kSlopeStep;
    float fit = 0;
    for (const auto& [a, b, weight] : pairs) {
      const float shift = slope * float(b.left + b.right - a.left - a.right) / 2;
      const float overlap = std::min(float(a.bottom), float(b.bottom) - shift) -
                            std::max(float(a.top), float(b.top) - shift);
      fit += weight * std::max(overlap, 0.0f);
    }
    fit *= 1 - kSlopePenalty * std::abs(slope);
    if (fit > best_fit) best_fit = fit, best_slope = slope;
  }
  return best_slope;
}

/// Unites each item with its nearest neighbour to the right, and to the left, of the same line.
void unite_neighbours(const std::vector<Item>& items, DisjointSets& lines) {
  for (const Item& item : items) {
    const Item *right = nullptr, *left = nullptr;
    for (const Item& other : items) {
      if (other.component == item.component) continue;
      const float min_overlap = kMinOverlap * std::min(item.height(), other.height());
      if (vertical_overlap(item, other) < min_overlap) continue;
      const Item*& nearest = other.x() > item.x() ? right : left;
      if (!nearest || horizontal_gap(item, other) < horizontal_gap(item, *nearest))
        nearest = &other;
    }
    if (right) lines.unite(right->component, item.component);
    if (left) lines.unite(left->component, item.component);
  }
}

/// The lines into which a high item reaches, from top to bottom: of each the nearest item.
std::vector<const Item*> lines_reached(const Item& item, const std::vector<Item>& others,
                                       DisjointSets& lines) {
  // A line is where its item nearest to this one is.
  std::vector<const Item*> nearest;
  for (const Item& other : others) {
    const auto same_line = std::find_if(nearest.begin(), nearest.end(), [&](const Item* known) {
      return lines.find(known->component) == lines.find(other.component);
    });
    if (same_line == nearest.end())
      nearest.push_back(&other);
    else if (horizontal_gap(item, other) < horizontal_gap(item, **same_line))
      *same_line = &other;
  }
  std::erase_if(nearest, [&](const Item* other) {
    return vertical_overlap(item, *other) < kMinReach * other->height();
  });
  stable_sort(nearest, [](const Item* a, const Item* b) { return a->y() < b->y(); });
  return nearest;
}

/// The item whose line a small item belongs to, if any is near enough.
const Item* line_of_small(const Item& item, const std::vector<Item>& others, float typical) {
  const Item* nearest = nullptr;
  float least = std::numeric_limits<float>::infinity();
  for (const Item& other : others) {
    const float vertical_gap = std::max(0.0f, -vertical_overlap(item, other));
    if (vertical_gap > kMaxDistance * typical) continue;
    const float distance = std::hypot(horizontal_gap(item, other), vertical_gap);
    if (distance < least) least = distance, nearest = &other;
  }
  return nearest;
}

/// The components of each line, from top to bottom: by the mean position of the large ones.
std::vector<std::vector<int>> ordered_lines(const std::vector<Item>& large, DisjointSets& sets,
                                            const std::vector<bool>& has_no_line) {
  struct Line {
    float y = 0;
    int count = 0;
    std::vector<int> components;
  };
  std::vector<Line> lines(has_no_line.size());
  for (const Item& item : large) {
    Line& line = lines[sets.find(item.component)];
    line.y += item.y();
    ++line.count;
  }
  for (int i = 0; i < static_cast<int>(has_no_line.size()); ++i)
    if (!has_no_line[i]) lines[sets.find(i)].components.push_back(i);
  std::erase_if(lines, [](const Line& line) { return line.count == 0; });
  for (Line& line : lines) line.y /= float(line.count);
  stable_sort(lines, [](const Line& a, const Line& b) { return a.y < b.y; });
  std::vector<std::vector<int>> ordered;
  ordered.reserve(lines.size());
  for (Line& line : lines) ordered.push_back(std::move(line.components));
  return ordered;
}

}  // namespace

TextLines find_text_lines(const std::vector<Box>& boxes) {
  const float typical = typical_height(boxes);
  const float slope = find_slope(boxes, typical);
  std::vector<Item> small, middle, high;
  for (const Item& item : without_tilt(boxes, slope)) {
    const float height = item.height() / typical;
    (height < kMinHeight ? small : height > kMaxHeight ? high : middle).push_back(item);
  }

  DisjointSets sets(boxes.size());
  TextLines result;
  unite_neighbours(middle, sets);
  std::vector<Item> large = middle, high_alone;
  std::vector<bool> has_no_line(boxes.size());
  std::vector<std::pair<int, int>> joined;
  for (const Item& item : high) {
    const std::vector<const Item*> reached = lines_reached(item, middle, sets);
    if (reached.size() > 1) {
      const float tilt = slope * item.x();
      result.touching.push_back({item.component, static_cast<int>(reached[0]->y() + tilt),
                                 static_cast<int>(reached[1]->y() + tilt)});
      has_no_line[item.component] = true;
      continue;
    }
    large.push_back(item);
    if (reached.empty())
      high_alone.push_back(item);
    else
      joined.emplace_back(item.component, reached[0]->component);
  }
  for (const auto& [component, line] : joined) sets.unite(line, component);
  unite_neighbours(high_alone, sets);
  for (const Item& item : small) {
    if (const Item* line = line_of_small(item, large, typical)) {
      sets.unite(line->component, item.component);
    } else {
      result.unassigned.push_back(item.component);
      has_no_line[item.component] = true;
    }
  }

  result.lines = ordered_lines(large, sets, has_no_line);
  return result;
}

}  // namespace numeral
