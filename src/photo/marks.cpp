#include "photo/marks.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <vector>

#include "core/connected_components.h"

namespace numeral {
namespace {

/// The least longer side of what is looked at, as a fraction of the image's longer side. What is
/// smaller is dirt, or a dot.
constexpr float kMinSize = 0.02f;

/// An underline: its largest height as a fraction of its width; and relative to the writing above
/// it, its least width as a fraction of that writing's height and width, its largest width as a
/// multiple of that writing's width plus height, and its largest distance as a fraction of its
/// height. Below a single part, its least distance, or how far it reaches beyond both sides: what
/// does neither is a foot.
constexpr float kMaxFlatness = 0.2f;
constexpr float kMinUnderlineToHeight = 0.6f;
constexpr float kMinUnderlineToWidth = 0.6f;
constexpr float kMaxUnderlineToSize = 1.5f;
constexpr float kMaxUnderlineGap = 0.8f;
constexpr float kMinFootGap = 0.06f;
constexpr float kMinOverhang = 0.08f;

/// A frame or oval: the least height of enclosed writing, as a fraction of its own; and the least
/// fraction of that writing's rows, and columns, that have it on both sides.
constexpr float kMinEnclosed = 0.25f;
constexpr float kMinSurrounded = 0.8f;

/// Rows and columns in the middle of a frame or oval, which must cross it equally often: twice, or
/// as often as a frame has sides and lines between its cells. Where they begin and end, as a
/// fraction of its size, and the largest fraction of them that are different. So it has nothing
/// inside that is one with it, as a digit that touches its frame.
constexpr float kMiddle = 0.25f;
constexpr float kMaxDifferentCrossings = 0.15f;

/// The largest fraction of its box that a frame or oval fills.
constexpr float kMaxEnclosureFill = 0.5f;

/// A frame's sides: how far from its box, as a fraction of its height and width, and on which
/// fraction of their length. An oval is that near on 65 %.
constexpr float kMaxSideDistance = 0.12f;
constexpr float kMinSide = 0.85f;

/// A punched hole: the least fraction of its box that is ink (a disc has 0.79), its largest aspect
/// ratio, its largest distance from the edge as a fraction of the image's longer side; how many are
/// in line, how equal their sizes are, and how far from the line they are, in sizes.
constexpr float kMinDisc = 0.65f;
constexpr float kMaxDiscAspect = 1.4f;
constexpr float kMaxEdgeDistance = 0.12f;
constexpr std::size_t kMinDiscs = 3;
constexpr float kMaxDiscDifference = 0.3f;
constexpr float kMaxDiscDeviation = 0.5f;

/// The first and last pixel of a component in each row and column of its box, from the box's edge.
struct Outline {
  std::vector<int> left, right, top, bottom;
  std::vector<int> row_runs, column_runs;  ///< how often each row and column crosses it
};

/// A connected component that may be writing or a mark.
struct Part {
  int component = 0;
  Box box;
  int area = 0;

  bool is_flat() const { return float(box.height()) <= kMaxFlatness * float(box.width()); }
  float fill() const { return float(area) / float(box.width() * box.height()); }
  float center_x() const { return float(box.left + box.right) / 2; }
  float center_y() const { return float(box.top + box.bottom) / 2; }
};

/// The components that are large enough.
std::vector<Part> find_parts(const FloatImage& ink, const ConnectedComponents& components) {
  const std::vector<int> areas = component_areas(components);
  std::vector<Part> parts;
  const float min_size = kMinSize * float(std::max(ink.width, ink.height));
  for (std::size_t i = 0; i < areas.size(); ++i) {
    const Box& box = components.boxes[i];
    if (float(longer_side(box)) >= min_size) parts.push_back({static_cast<int>(i), box, areas[i]});
  }
  return parts;
}

/// Whether a part is an underline of others.
bool is_underline(const Part& line, const std::vector<Part>& parts) {
  if (!line.is_flat()) return false;
  std::optional<Box> above;
  int count = 0;
  float tallest = 0, nearest_below = INFINITY;
  for (const Part& part : parts) {
    if (part.is_flat()) continue;
    const Box& box = part.box;
    const bool is_over_or_under =
        part.center_x() >= float(line.box.left) && part.center_x() < float(line.box.right);
    const auto height = float(box.height());
    const auto gap = float(line.box.top - box.bottom);
    if (is_over_or_under && box.bottom <= line.box.bottom) {
      if (gap > kMaxUnderlineGap * height) continue;
      above = above ? bounding_union(*above, box) : box;
      tallest = std::max(tallest, height);
      ++count;
    } else if (float(box.top) <= line.center_y() && line.center_y() < float(box.bottom)) {
      return false;  // a minus has a digit beside it
    } else if (is_over_or_under) {
      nearest_below = std::min(nearest_below, float(box.top - line.box.bottom));
    }
  }
  if (!above) return false;
  const auto width = float(line.box.width()), above_width = float(above->width());
  const auto gap = float(line.box.top - above->bottom);
  const auto overhang = float(std::min(above->left - line.box.left, line.box.right - above->right));
  // What is next to a single part may be the foot of a 1 or 2.
  const bool is_foot =
      count == 1 && gap < kMinFootGap * tallest && overhang < kMinOverhang * tallest;
  // The detached bar of a 5 is nearer to what is below it.
  return !is_foot && gap < nearest_below && width >= kMinUnderlineToHeight * tallest &&
         width >= kMinUnderlineToWidth * above_width &&
         width <= kMaxUnderlineToSize * (above_width + tallest);
}

Outline outline_of(const ConnectedComponents& components, int image_width, const Part& part) {
  const Box& box = part.box;
  const int width = box.width(), height = box.height();
  Outline outline;
  outline.left.resize(height, width), outline.right.resize(height, -1);
  outline.top.resize(width, height), outline.bottom.resize(width, -1);
  outline.row_runs.resize(height), outline.column_runs.resize(width);
  const auto has = [&](int x, int y) {
    return x >= 0 && y >= 0 &&
           components.labels[std::size_t(box.top + y) * image_width + box.left + x] ==
               part.component;
  };
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      if (!has(x, y)) continue;
      outline.left[y] = std::min(outline.left[y], x), outline.right[y] = x;
      outline.top[x] = std::min(outline.top[x], y), outline.bottom[x] = y;
      outline.row_runs[y] += !has(x - 1, y), outline.column_runs[x] += !has(x, y - 1);
    }
  return outline;
}

/// The fraction of the indices from `first` to `last` for which something holds.
template <class Condition>
float fraction(int first, int last, Condition condition) {
  int count = 0;
  for (int i = first; i < last; ++i) count += condition(i);
  return float(count) / float(std::max(1, last - first));
}

/// Whether a part is on all four sides of another one.
bool surrounds(const Part& part, const Outline& outline, const Box& inner) {
  const Box& box = part.box;
  const float rows = fraction(inner.top - box.top, inner.bottom - box.top, [&](int y) {
    return outline.left[y] < inner.left - box.left && outline.right[y] >= inner.right - box.left;
  });
  const float columns = fraction(inner.left - box.left, inner.right - box.left, [&](int x) {
    return outline.top[x] < inner.top - box.top && outline.bottom[x] >= inner.bottom - box.top;
  });
  return std::min(rows, columns) >= kMinSurrounded;
}

/// How often the rows, or columns, in the middle cross a part; 0 where they differ.
int crossings(const std::vector<int>& runs) {
  const auto margin = std::ptrdiff_t(kMiddle * float(runs.size()));
  std::vector<int> middle(runs.begin() + margin, runs.end() - margin);
  std::ranges::nth_element(middle, middle.begin() + std::ssize(middle) / 2);
  const int median = middle[middle.size() / 2];
  const auto others = std::ranges::count_if(middle, [&](int count) { return count != median; });
  return float(others) <= kMaxDifferentCrossings * float(middle.size()) ? median : 0;
}

/// Whether a part has four straight sides.
bool is_frame(const Part& part, const Outline& outline) {
  const int width = part.box.width(), height = part.box.height();
  const float x_distance = kMaxSideDistance * float(width),
              y_distance = kMaxSideDistance * float(height);
  const float left =
      fraction(0, height, [&](int y) { return float(outline.left[y]) <= x_distance; });
  const float right =
      fraction(0, height, [&](int y) { return float(width - 1 - outline.right[y]) <= x_distance; });
  const float top = fraction(0, width, [&](int x) { return float(outline.top[x]) <= y_distance; });
  const float bottom = fraction(
      0, width, [&](int x) { return float(height - 1 - outline.bottom[x]) <= y_distance; });
  return std::min({left, right, top, bottom}) >= kMinSide;
}

/// What a part is to others inside it. An oval around a single one may be a 0 with a stroke in it,
/// and a line beside an empty cell a 1.
enum class Enclosure { kNone, kCertain, kDoubtful };

Enclosure enclosure_of(const Part& part, const std::vector<Part>& parts, const FloatImage& ink,
                       const ConnectedComponents& components) {
  const Box& box = part.box;
  const auto is_inside = [&](const Part& other) {
    return other.component != part.component && contains(box, other.box) &&
           float(other.box.height()) >= kMinEnclosed * float(box.height());
  };
  if (touches_edge(box, ink) || std::ranges::none_of(parts, is_inside)) return Enclosure::kNone;
  const Outline outline = outline_of(components, ink.width, part);
  const auto count = std::ranges::count_if(parts, [&](const Part& other) {
    return is_inside(other) && surrounds(part, outline, other.box);
  });
  const int rows = crossings(outline.row_runs), columns = crossings(outline.column_runs);
  if (count == 0 || part.fill() > kMaxEnclosureFill || std::min(rows, columns) < 2)
    return Enclosure::kNone;
  const int cells = (rows - 1) * (columns - 1);
  if (is_frame(part, outline)) return count >= cells ? Enclosure::kCertain : Enclosure::kDoubtful;
  if (cells > 1) return Enclosure::kNone;
  return count > 1 ? Enclosure::kCertain : Enclosure::kDoubtful;
}

/// The parts that are punched holes.
std::vector<std::size_t> find_holes(const std::vector<Part>& parts, const FloatImage& ink) {
  const float distance = kMaxEdgeDistance * float(std::max(ink.width, ink.height));
  std::vector<std::size_t> discs;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const Box& box = parts[i].box;
    const auto [shorter, longer] = std::minmax({box.width(), box.height()});
    const int to_edge =
        std::min({box.left, box.top, ink.width - box.right, ink.height - box.bottom});
    if (parts[i].fill() >= kMinDisc && float(longer) <= kMaxDiscAspect * float(shorter) &&
        float(to_edge) <= distance)
      discs.push_back(i);
  }
  for (const std::size_t first : discs)
    for (const bool is_column : {true, false}) {
      const auto size = float(longer_side(parts[first].box));
      std::vector<std::size_t> row;
      for (const std::size_t i : discs) {
        const float deviation = is_column ? parts[i].center_x() - parts[first].center_x()
                                          : parts[i].center_y() - parts[first].center_y();
        if (std::abs(deviation) <= kMaxDiscDeviation * size &&
            std::abs(float(longer_side(parts[i].box)) - size) <= kMaxDiscDifference * size)
          row.push_back(i);
      }
      if (row.size() >= kMinDiscs && row.size() < parts.size()) return row;
    }
  return {};
}

}  // namespace

bool remove_marks(FloatImage& ink) {
  const ConnectedComponents components = find_connected_components(ink);
  const std::vector<Part> parts = find_parts(ink, components);
  std::vector<bool> is_kept(components.boxes.size(), true);
  bool is_certain = true;
  for (const Part& part : parts) {
    const Enclosure enclosure = enclosure_of(part, parts, ink, components);
    if (enclosure == Enclosure::kDoubtful) is_certain = false;
    if (enclosure != Enclosure::kNone || is_underline(part, parts)) is_kept[part.component] = false;
  }
  for (const std::size_t hole : find_holes(parts, ink)) is_kept[parts[hole].component] = false;
  keep_components(ink, components, is_kept);
  return is_certain;
}

}  // namespace numeral
