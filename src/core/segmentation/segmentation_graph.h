#pragma once

#include <cstddef>
#include <vector>

#include "core/hints.h"
#include "core/reading.h"
#include "core/segmentation/signs.h"

namespace numeral {

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
  std::vector<BoxedSign> signs = {};  ///< those that stand among the digits, from left to right
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

/// A line that was read, and how probable its division into digits is.
struct ScoredLine {
  Line line;
  float score = 0;         ///< log-probabilities less penalties
  bool fits_hints = true;  ///< false: nothing does, and the line is what it is without them
};

/// What a line is compared with, to know whether it is certain.
enum class Rivals {
  kOtherDivisions,     ///< other ways to divide the ink into digits that are probable
  kAcceptedDivisions,  ///< ways to divide it into digits that are all accepted
  kAll,                ///< all ways, and other classes
};

/// The best path through a graph as a line, with the alternatives that were asked for.
///
/// It is certain where its log-probability is higher by 3 than that of any rival, and no more than
/// 3 lower than without hints. Where only some texts are possible, each digit's confidence is over
/// these; it is accepted if two classes at most are probable, as they are for digits that look like
/// others.
ScoredLine best_line(const SegmentationGraph& graph, const ModelCard& card,
                     const ReadOptions& options, Rivals rivals);

}  // namespace numeral
