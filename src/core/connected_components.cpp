#include "core/connected_components.h"

#include <algorithm>
#include <numeric>

namespace numeral {
namespace {

/// Neighbouring pixels of one row that all have ink; `end` is one past the last.
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

/// Sets that grow together (disjoint-set forest, with path halving).
class Sets {
 public:
  explicit Sets(std::size_t count) : parents_(count) {
    std::iota(parents_.begin(), parents_.end(), 0);
  }

  /// One member that stands for all of its set.
  int find(int member) {
    while (parents_[member] != member) {
      parents_[member] = parents_[parents_[member]];
      member = parents_[member];
    }
    return member;
  }

  void join(int a, int b) { parents_[find(a)] = find(b); }

 private:
  std::vector<int> parents_;
};

/// Joins each run to those of the row above that it touches.
Sets join_runs(const std::vector<Run>& runs) {
  Sets sets(runs.size());
  std::size_t above = 0;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const Run& run = runs[i];
    const auto is_past = [&](const Run& other) {
      return other.y == run.y - 1 ? other.end >= run.begin : other.y >= run.y;
    };
    while (!is_past(runs[above])) ++above;
    for (std::size_t k = above; runs[k].y < run.y && runs[k].begin <= run.end; ++k)
      sets.join(static_cast<int>(k), static_cast<int>(i));
  }
  return sets;
}

}  // namespace

ConnectedComponents find_connected_components(const FloatImage& ink) {
  const std::vector<Run> runs = find_runs(ink);
  Sets sets = join_runs(runs);
  ConnectedComponents pieces;
  pieces.labels.assign(ink.pixels.size(), -1);
  std::vector<int> label_of(runs.size(), -1);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const Run& run = runs[i];
    const Box box{run.begin, run.y, run.end, run.y + 1};
    int& label = label_of[sets.find(static_cast<int>(i))];
    if (label < 0) {
      label = static_cast<int>(pieces.boxes.size());
      pieces.boxes.push_back(box);
    }
    pieces.boxes[label] = bounding_union(pieces.boxes[label], box);
    const auto row = pieces.labels.begin() + std::ptrdiff_t(run.y) * ink.width;
    std::fill(row + run.begin, row + run.end, label);
  }
  return pieces;
}

FloatImage cut_out(const FloatImage& ink, const ConnectedComponents& pieces, std::span<const int> wanted) {
  Box box = pieces.boxes[wanted.front()];
  std::vector<bool> is_wanted(pieces.boxes.size() + 1);
  for (const int piece : wanted) {
    box = bounding_union(box, pieces.boxes[piece]);
    is_wanted[piece + 1] = true;
  }
  FloatImage result{box.width(), box.height(), {}};
  result.pixels.reserve(std::size_t(box.width()) * box.height());
  for (int y = box.top; y < box.bottom; ++y)
    for (int x = box.left; x < box.right; ++x) {
      const int label = pieces.labels[std::size_t(y) * ink.width + x];
      result.pixels.push_back(is_wanted[label + 1] ? ink.at(x, y) : 0);
    }
  return result;
}

}  // namespace numeral
