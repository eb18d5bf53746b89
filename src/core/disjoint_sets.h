#pragma once

#include <cstddef>
#include <numeric>
#include <vector>

namespace numeral {

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

}  // namespace numeral
