#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include "core/reading.h"

namespace numeral {

/// What can be meant, where that is known. By default, anything.
struct Hints {
  std::size_t min_length = 1;
  std::size_t max_length = std::numeric_limits<std::size_t>::max();
  std::vector<std::string> among;  ///< the texts that are possible; empty: all

  bool operator==(const Hints&) const = default;
};

/// An arc of a segmentation graph: ink that may be a digit.
struct SegmentationArc {
  std::size_t from = 0, to = 0;  ///< nodes; from < to
  float penalty = 0;             ///< is subtracted from its log-probability
  PlacedDigit digit;
};

/// The ways to divide ink into digits (LeCun, Bottou, Bengio, Haffner, "Gradient-based learning
/// applied to document recognition", 1998, section V): a path from node 0 to the last node uses all
/// of the ink, each part once.
struct SegmentationGraph {
  std::size_t nodes = 1;
  std::vector<SegmentationArc> arcs;  ///< ordered by `to`
};

/// A path through the graph, with a class for each of its arcs.
struct SegmentationPath {
  std::vector<std::size_t> arcs;
  std::vector<int> classes;
  float score = 0;  ///< the sum of the log-probabilities less the penalties

  bool operator==(const SegmentationPath&) const = default;
};

/// The paths with the highest scores, each with other classes than the ones before it: at most
/// `count`. None where no path fits the hints.
std::vector<SegmentationPath> best_paths(const SegmentationGraph& graph, const ModelCard& card,
                                         std::size_t count, const Hints& hints = {});

}  // namespace numeral
