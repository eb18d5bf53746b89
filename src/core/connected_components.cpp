#include "core/connected_components.h"

#include <algorithm>
#include <numeric>

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

/// A disjoint-set forest (union-find) with path halving.
class DisjointSets {
 public:
  explicit DisjointSets(std::size_t count) : parents_(count) {
    std::iota(parents_.begin(), parents_.end(), 0);
  }

  /// The representative of the member's set.
  int find(int member) {
    while (parents_[member] != member) {
      parents_[member] = parents_[parents_[member]];
      member = parents_[member];
    }
    return member;
  }

  void unite(int a, int b) { parents_[find(a)] = find(b); }

 private:
  std::vector<int> parents_;
};

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

FloatImage crop_components(const FloatImage& ink, const ConnectedComponents& components,
                           std::span<const int> selected) {
  Box box = components.boxes[selected.front()];
  std::vector<bool> is_selected(components.boxes.size() + 1);
  for (const int component : selected) {
    box = bounding_union(box, components.boxes[component]);
    is_selected[component + 1] = true;
  }
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
