#include "core/explanation/occlusion.h"

#include <algorithm>

namespace numeral {
namespace {

/// The input without what lies around a place.
NetworkInput covered(NetworkInput input, int row, int column, int patch) {
  const int before = patch / 2, after = patch - before;
  for (int y = std::max(row - before, 0); y < std::min(row + after, kInputSize); ++y)
    for (int x = std::max(column - before, 0); x < std::min(column + after, kInputSize); ++x)
      input[y * kInputSize + x] = 0;
  return input;
}

}  // namespace

Result<OcclusionMap> occlude(Recognizer& recognizer, const NetworkInput& input, int label,
                             int patch) {
  const auto uncovered = recognizer.recognize(input);
  if (!uncovered) return tl::unexpected(uncovered.error());
  OcclusionMap map;
  map.fill(uncovered->probabilities[label]);
  for (int place = 0; place < kInputSize * kInputSize; ++place) {
    const NetworkInput seen = covered(input, place / kInputSize, place % kInputSize, patch);
    // Most of an input is empty: covering that changes nothing.
    if (seen == input) continue;
    const auto answer = recognizer.recognize(seen);
    if (!answer) return tl::unexpected(answer.error());
    map[place] = answer->probabilities[label];
  }
  return map;
}

}  // namespace numeral
