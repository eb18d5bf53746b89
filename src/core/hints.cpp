#include "core/hints.h"

#include <algorithm>

namespace numeral {
namespace {

/// The fewest and the most labels that a text can be divided into; 0 where it cannot be.
struct Lengths {
  std::size_t min = 0, max = 0;
};

Lengths lengths_of(const std::string& text, const ModelCard& card) {
  std::vector<Lengths> until(text.size() + 1);
  for (std::size_t end = 1; end <= text.size(); ++end)
    for (const std::string& label : card.labels) {
      if (label.size() > end || text.compare(end - label.size(), label.size(), label) != 0)
        continue;
      const std::size_t begin = end - label.size();
      if (begin > 0 && until[begin].max == 0) continue;
      const std::size_t min = until[begin].min + 1;
      until[end].min = until[end].min == 0 ? min : std::min(until[end].min, min);
      until[end].max = std::max(until[end].max, until[begin].max + 1);
    }
  return until.back();
}

}  // namespace

Result<void> check_options(const ReadOptions& options, const ModelCard& card) {
  if (options.alternatives > kMaxAlternatives)
    return fail("alternatives: expected 0 to " + std::to_string(kMaxAlternatives) + ", found " +
                std::to_string(options.alternatives));
  const auto& [min_length, max_length, among] = options.hints;
  if (min_length < 1 || max_length < min_length)
    return fail("length: expected at least 1, the smaller one first, found " +
                std::to_string(min_length) + " to " + std::to_string(max_length));
  if (among.size() > kMaxAmong)
    return fail("among: expected at most " + std::to_string(kMaxAmong) + " texts, found " +
                std::to_string(among.size()));
  bool fits_length = among.empty();
  for (const std::string& text : among) {
    const Lengths lengths = lengths_of(text, card);
    if (lengths.max == 0)
      return fail("among: expected texts of the model's labels, found '" + text + "'");
    fits_length = fits_length || (lengths.min <= max_length && lengths.max >= min_length);
  }
  if (!fits_length) return fail("among: expected a text of the length that is asked for");
  return {};
}

}  // namespace numeral
