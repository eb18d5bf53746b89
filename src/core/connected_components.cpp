#include "core/connected_components.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "core/disjoint_sets.h"

namespace numeral {
namespace {

/// Adjacent ink pixels of row y: [begin, end).
struct Run {
  int y = 0, begin = 0, end = 0;
};

std::vector<Run> find_runs(const FloatImage& ink) {
  std::vector<Run> runs;
  for (int y = 0; y < ink.height; ++y) {
    const auto row = ink.pixels.begin() + std::ptrdiff_t(y) * ink.width;
    const auto row_end = row + ink.width;
    const auto is_ink = [](float value) { return value > 0; };
    for (auto begin = std::find_if(row, row_end, is_ink); begin != row_end;) {
      const auto end = std::find_if_not(begin, row_end, is_ink);
      runs.push_back({y, static_cast<int>(begin - row), static_cast<int>(end - row)});
      begin = std::find_if(end, row_end, is_ink);
    }
  }
  return runs;
}

/// Unites each run with the runs of the row above that it touches.
DisjointSets unite_runs(const std::vector<Run>& runs) {
  DisjointSets sets(runs.size());
  std::size_t above = 0;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const Run& run = runs[i];
    const auto is_past = [&](const Run& other) {
      return other.y == run.y - 1 ? other.end >= run.begin : other.y >= run.y;
    };
    while (!is_past(runs[above])) ++above;
    for (std::size_t k = above; runs[k].y < run.y && runs[k].begin <= run.end; ++k)
      sets.unite(static_cast<int>(k), static_cast<int>(i));
  }
  return sets;
}

}  // namespace

ConnectedComponents find_connected_components(const FloatImage& ink) {
  const std::vector<Run> runs = find_runs(ink);
  DisjointSets sets = unite_runs(runs);
  ConnectedComponents components;
  components.labels.assign(ink.pixels.size(), -1);
  std::vector<int> label_of(runs.size(), -1);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const Run& run = runs[i];
    const Box box{run.begin, run.y, run.end, run.y + 1};
    int& label = label_of[sets.find(static_cast<int>(i))];
    if (label < 0) {
      label = static_cast<int>(components.boxes.size());
      components.boxes.push_back(box);
    }
    components.boxes[label] = bounding_union(components.boxes[label], box);
    const auto row = components.labels.begin() + std::ptrdiff_t(run.y) * ink.width;
    std::fill(row + run.begin, row + run.end, label);
  }
  return components;
}

std::vector<int> component_areas(const ConnectedComponents& components) {
  std::vector<int> areas(components.boxes.size());
  for (const int label : components.labels)
    if (label >= 0) ++areas[label];
  return areas;
}

void keep_components(FloatImage& ink, const ConnectedComponents& components,
                     const std::vector<bool>& is_kept) {
  for (std::size_t i = 0; i < ink.pixels.size(); ++i)
    if (const int label = components.labels[i]; label >= 0 && !is_kept[label]) ink.pixels[i] = 0;
}

void cut_component(const FloatImage& ink, ConnectedComponents& components, int component, int top,
                   int bottom) {
  const Box box = components.boxes[component];
  const auto row_of = [&](int y) {
    return std::span(components.labels).subspan(std::size_t(y) * ink.width, ink.width);
  };
  top = std::max(top, box.top + 1);
  bottom = std::min(bottom, box.bottom);
  int cut = std::clamp((top + bottom) / 2, box.top + 1, box.bottom - 1);
  std::ptrdiff_t fewest = box.width() + 1;
  for (int y = top; y < bottom; ++y) {
    const std::ptrdiff_t count = std::ranges::count(row_of(y), component);
    const auto distance = [&](int row) { return std::abs(2 * row - top - bottom); };
    if (count > fewest || (count == fewest && distance(y) >= distance(cut))) continue;
    fewest = count;
    cut = y;
  }

  const int lower_part = static_cast<int>(components.boxes.size());
  const Box empty{box.right, box.bottom, box.left, box.top};
  std::array<Box, 2> parts{empty, empty};
  for (int y = box.top; y < box.bottom; ++y)
    for (int x = box.left; x < box.right; ++x) {
      int& label = row_of(y)[x];
      if (label != component) continue;
      if (y >= cut) label = lower_part;
      Box& part = parts[y < cut ? 0 : 1];
      part = bounding_union(part, {x, y, x + 1, y + 1});
    }
  components.boxes[component] = parts[0];
  components.boxes.push_back(parts[1]);
}

FloatImage crop_components(const FloatImage& ink, const ConnectedComponents& components,
                           std::span<const int> selected, const Box& box) {
  std::vector<char> is_selected(components.boxes.size() + 1);
  for (const int component : selected) is_selected[component + 1] = 1;
  FloatImage result{box.width(), box.height(), {}};
  result.pixels.reserve(std::size_t(box.width()) * box.height());
  for (int y = box.top; y < box.bottom; ++y)
    for (int x = box.left; x < box.right; ++x) {
      const int label = components.labels[std::size_t(y) * ink.width + x];
      result.pixels.push_back(is_selected[label + 1] ? ink.at(x, y) : 0);
    }
  return result;
}

}  // namespace numeral
