#include "core/number.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>
#include <string>
#include <utility>

#include "core/connected_components.h"
#include "core/ink.h"
#include "core/labels.h"
#include "core/preprocess.h"
#include "core/segmentation_graph.h"
#include "core/signs.h"
#include "core/text_lines.h"
#include "core/touching_digits.h"

namespace numeral {
namespace {

/// An image with more components than this is read as one line.
constexpr std::size_t kMaxComponents = 512;

/// So many times components that touch the line below are cut.
constexpr int kMaxCuts = 16;

/// A line with more segments than this is read as one digit: nobody writes such a number.
constexpr std::size_t kMaxSegments = 32;
constexpr std::size_t kMaxSegmentsPerDigit = 4;

/// Components that overlap horizontally by more than this fraction of the narrower one are one
/// segment.
constexpr float kMinOverlap = 0.5f;

/// Largest gap between the segments of a digit, as a fraction of the tallest segment's height.
constexpr float kMaxGap = 0.3f;

/// Smallest height of a digit, as a fraction of the tallest segment's.
constexpr float kMinHeight = 0.4f;

/// A digit that breaks one of these rules is possible (a dot is small; a dotted digit has many
/// segments, far apart), but less likely: this is subtracted from its log-probability.
constexpr float kPenalty = 3;

/// Segments are cut where they may be several digits: where they are not accepted as one; where
/// they are wider than high by more than kWide; and where they are wider than kNarrow and read with
/// less than kSureConfidence.
constexpr float kWide = 1.3f;
constexpr float kNarrow = 0.7f;
constexpr float kSureConfidence = 0.99f;

/// A digit is only replaced by several whose log-probability, for each one more, is higher than
/// this: kMinSureCutScore where it was read with at least kMinConfidence, else kMinCutScore.
constexpr float kMinConfidence = 0.3f;
constexpr float kMinSureCutScore = -0.26f;
constexpr float kMinCutScore = -1;

/// Only a segment that is mainly one component is cut: one that has these fractions of its width
/// and height.
constexpr float kMinMainWidth = 0.9f;
constexpr float kMinMainHeight = 0.6f;

/// Is subtracted for each cut, and for the ink that it crosses, as a fraction of the height.
constexpr float kCutPenalty = 0.2f;
constexpr float kInkPenalty = 1;

/// A digit that is wider, relative to the tallest segment's height, is unlikely among cut ones.
constexpr float kMaxWidth = 1.5f;
constexpr float kWidthPenalty = 6;

/// Pieces whose box, which may be too large, is wider need not be recognised at all.
constexpr float kMaxBoxWidth = 1.8f;

/// A digit's smallest share of the probability: its logarithm is finite.
constexpr float kMinShare = 0.001f;

/// A division by cuts is certain where its log-probability is higher by this than any other's.
constexpr float kMinMargin = 3;

/// A segment of a line that is smaller than the tallest one by kMaxSpeck, and than the pen by
/// kMaxSpeckOfPen, is dirt.
constexpr float kMaxSpeck = 0.2f;
constexpr float kMaxSpeckOfPen = 0.6f;

/// A gap divides two numbers where it is wider than kMinWideGap, and wider than kWiderGap times the
/// widest of the narrower gaps and kWiderBy together. All but the factor are fractions of the
/// tallest digit's height. People who write their digits far apart do so evenly.
constexpr float kMinWideGap = 0.8f;
constexpr float kWiderGap = 2;
constexpr float kWiderBy = 0.4f;

/// Two lines can be halves of the same digits where the gap between two of their components is at
/// most this fraction of the height of both together. Or it is at most kMaxGapOfPieces, and the
/// lines are no rows: one is not accepted, or has less than kMinHeightRatio of the other's height.
constexpr float kMaxGapOfHalves = 0.06f;
constexpr float kMaxGapOfPieces = 0.22f;
constexpr float kMinHeightRatio = 0.6f;

/// Components that are higher together, relative to their width, are rather two digits, one above
/// the other: such a stack may well look like a 1. Only a 1 itself is made of parts that are as
/// high.
constexpr float kMaxAspect = 2.2f;

/// The dots of a dotted digit have at most this fraction of its height.
constexpr float kMaxDot = 0.15f;

/// Connected components that must belong to the same digit.
struct Segment {
  Box box;
  std::vector<int> components;
};

bool overlap(const Box& a, const Box& b) {
  const int columns = std::min(a.right, b.right) - std::max(a.left, b.left);
  return float(columns) > kMinOverlap * float(std::min(a.width(), b.width()));
}

/// Merges the components that overlap horizontally. The segments are ordered by their left edges.
std::vector<Segment> find_segments(const std::vector<Box>& boxes, std::span<const int> components) {
  std::vector<Segment> segments;
  for (const int component : components) {
    Segment segment{boxes[component], {component}};
    // One pass is enough: what overlaps with neither of two boxes does not overlap with their
    // union.
    for (auto other = segments.begin(); other != segments.end();) {
      if (!overlap(segment.box, other->box)) {
        ++other;
        continue;
      }
      segment.box = bounding_union(segment.box, other->box);
      segment.components.insert(segment.components.end(), other->components.begin(),
                                other->components.end());
      other = segments.erase(other);
    }
    const auto is_left_of = [](const Segment& a, const Segment& b) {
      return a.box.left < b.box.left;
    };
    segments.insert(std::upper_bound(segments.begin(), segments.end(), segment, is_left_of),
                    segment);
  }
  return segments;
}

/// A line that was read, and how probable its division into digits is.
struct ScoredLine {
  Line line;
  float score = 0;  ///< log-probabilities less penalties
};

/// A segment, or a part of it between two cut paths.
struct Piece {
  std::size_t segment = 0;
  const CutPath* left = nullptr;   ///< null: from the segment's left edge
  const CutPath* right = nullptr;  ///< null: to its right edge
};

float aspect(const Box& box) { return float(box.height()) / float(box.width()); }

/// Marks the digits with which another number begins. Returns whether there are any.
bool mark_wide_gaps(std::vector<PlacedDigit>& digits) {
  int height = 0;
  std::vector<int> gaps;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    height = std::max(height, digits[i].box.height());
    if (i > 0) gaps.push_back(std::max(0, digits[i].box.left - digits[i - 1].box.right));
  }
  // The narrowest of the wide gaps: the others are much narrower.
  std::vector<int> sorted = gaps;
  std::ranges::sort(sorted);
  const auto is_much_wider = [&](int narrow, int wide) {
    return float(wide) > kMinWideGap * float(height) &&
           float(wide) > kWiderGap * float(narrow) + kWiderBy * float(height);
  };
  const auto narrower = std::ranges::adjacent_find(sorted, is_much_wider);
  if (narrower == sorted.end()) return false;
  for (std::size_t i = 1; i < digits.size(); ++i) digits[i].begins_number = gaps[i - 1] > *narrower;
  return true;
}

/// Divides the ink of a line into digits and recognises them.
class LineReader {
 public:
  LineReader(Recognizer& recognizer, const Region& ink, const ConnectedComponents& components,
             std::span<const int> selected, const ReadOptions& options)
      : recognizer_(recognizer), ink_(ink), components_(components), options_(options) {
    if (selected.size() <= kMaxSegments * kMaxSegmentsPerDigit)
      segments_ = find_segments(components.boxes, selected);
    if (segments_.empty() || segments_.size() > kMaxSegments) {
      Segment all{components.boxes[selected.front()], {selected.begin(), selected.end()}};
      for (const int component : selected)
        all.box = bounding_union(all.box, components.boxes[component]);
      is_one_ = true;
      segments_ = {all};
    }
    for (const Segment& segment : segments_) tallest_ = std::max(tallest_, segment.box.height());
  }

  Result<ScoredLine> read() {
    remove_specks();
    const std::vector<std::pair<Box, Sign>> signs = find_line_signs();
    const bool is_uncertain = (!signs.empty() && !options_.signs) || has_line_slash();
    if (options_.signs)
      std::erase_if(segments_, [&](const Segment& segment) {
        return std::ranges::count(signs, segment.box, &std::pair<Box, Sign>::first) > 0;
      });
    cuts_.resize(segments_.size());
    Result<ScoredLine> line = read_digits();
    if (!line) return line;
    if (options_.signs) place(signs, line->line);
    if (is_uncertain) line->line.is_certain = false;
    if (mark_wide_gaps(line->line.digits) && !options_.numbers) line->line.is_certain = false;
    return line;
  }

 private:
  /// The mean width of the strokes.
  float pen() const {
    std::vector<int> all;
    for (const Segment& segment : segments_)
      all.insert(all.end(), segment.components.begin(), segment.components.end());
    return stroke_width(crop_components(ink_.values, components_, all));
  }

  /// Removes segments that are too small for the pen.
  void remove_specks() {
    const auto size = [](const Segment& segment) {
      return float(std::max(segment.box.width(), segment.box.height()));
    };
    const auto can_be_speck = [&](const Segment& segment) {
      return size(segment) < kMaxSpeck * float(tallest_);
    };
    if (std::ranges::none_of(segments_, can_be_speck)) return;
    const float min_size = std::min(kMaxSpeckOfPen * pen(), kMaxSpeck * float(tallest_));
    std::erase_if(segments_, [&](const Segment& segment) { return size(segment) < min_size; });
  }

  /// The signs of the line, and their boxes in the ink.
  std::vector<std::pair<Box, Sign>> find_line_signs() const {
    std::vector<Box> parts;
    parts.reserve(segments_.size());
    for (const Segment& segment : segments_) parts.push_back(segment.box);
    if (find_signs(parts, 0).empty()) return {};
    std::vector<std::pair<Box, Sign>> signs;
    for (const auto& [part, sign] : find_signs(parts, pen())) signs.emplace_back(parts[part], sign);
    return signs;
  }

  bool has_line_slash() const {
    if (segments_.size() < 3) return false;
    const auto can_be_slash = [](const Segment& segment) { return aspect(segment.box) > 2; };
    if (std::none_of(segments_.begin() + 1, segments_.end() - 1, can_be_slash)) return false;
    std::vector<FloatImage> parts;
    for (const Segment& segment : segments_)
      parts.push_back(crop_components(ink_.values, components_, segment.components));
    return has_slash(parts);
  }

  /// Puts signs between the digits of the line, which is certain only if they make decimal numbers.
  void place(const std::vector<std::pair<Box, Sign>>& signs, Line& line) const {
    std::string form(line.digits.size(), '0');
    for (const auto& [box, sign] : signs) {
      const int middle = box.left + box.right;
      const auto before = std::ranges::count_if(line.digits, [&](const PlacedDigit& digit) {
        return digit.box.left + digit.box.right < middle + 2 * ink_.left;
      });
      form.insert(std::size_t(before) + line.signs.size(), 1, static_cast<char>(sign));
      line.signs.push_back({std::size_t(before), sign});
    }
    if (!is_decimal(form)) line.is_certain = false;
  }

  Result<ScoredLine> read_digits() {
    Result<ScoredLine> line = read_pieces();
    if (!line || is_one_) return line;
    const std::vector<Doubt> doubts = find_doubts(line->line);
    if (!find_cuts(doubts)) return line;
    Result<ScoredLine> cut = read_pieces();
    if (!cut || cut->line.digits.size() <= line->line.digits.size()) return line;

    // How good the cut digits are, compared with what they would replace.
    float confidence = 0;
    float score = cut->score - line->score;
    for (const Doubt& doubt : doubts) {
      confidence = std::max(confidence, doubt.confidence);
      score += std::log(doubt.confidence);
    }
    const auto added = float(cut->line.digits.size() - line->line.digits.size());
    const float min_score = confidence >= kMinConfidence ? kMinSureCutScore : kMinCutScore;
    if (score < min_score * added) return line;
    if (confidence < recognizer_.card().accept_threshold) return cut;
    line->line.is_certain = false;
    return line;
  }

  /// A segment that may be several digits.
  struct Doubt {
    std::size_t segment = 0;
    float confidence = 0;  ///< of the digit that it was read as, or as a part of
  };

  Box on_image(const Box& box) const {
    const int x = ink_.left, y = ink_.top;
    return {box.left + x, box.top + y, box.right + x, box.bottom + y};
  }

  bool is_mainly_one(const Segment& segment) const {
    return std::ranges::any_of(segment.components, [&](int component) {
      const Box& box = components_.boxes[component];
      return float(box.width()) >= kMinMainWidth * float(segment.box.width()) &&
             float(box.height()) >= kMinMainHeight * float(segment.box.height());
    });
  }

  /// Segments that are wide for a digit, or not surely one.
  std::vector<Doubt> find_doubts(const Line& line) const {
    std::vector<Doubt> doubts;
    for (std::size_t i = 0; i < segments_.size(); ++i) {
      const Box& box = segments_[i].box;
      if (float(box.height()) < kMinHeight * float(tallest_) || !is_mainly_one(segments_[i]))
        continue;
      const int middle = (box.left + box.right) / 2 + ink_.left;
      const auto digit = std::ranges::find_if(line.digits, [&](const PlacedDigit& placed) {
        return placed.box.left <= middle && middle < placed.box.right;
      });
      // Of several segments, one may be dirt: that is no reason to cut another.
      if (digit == line.digits.end() || digit->box != on_image(box)) continue;
      const Recognition& answer = digit->answer;
      const float width = 1 / aspect(box);
      if (!answer.accepted || width > kWide ||
          (answer.confidence < kSureConfidence && width > kNarrow))
        doubts.push_back({i, answer.confidence});
    }
    return doubts;
  }

  /// Finds the cuts of doubtful segments. Returns whether there are any.
  bool find_cuts(const std::vector<Doubt>& doubts) {
    bool found = false;
    for (const auto& [segment, confidence] : doubts) {
      // Until now each segment is a piece.
      cuts_[segment] = find_cut_paths(crop(segment, segment + 1).values);
      found = found || !cuts_[segment].empty();
    }
    return found;
  }

  bool is_cut() const { return pieces_.size() > segments_.size(); }

  Result<ScoredLine> read_pieces() {
    pieces_.clear();
    for (std::size_t segment = 0; segment < segments_.size(); ++segment) {
      const CutPath* left = nullptr;
      for (const CutPath& cut : cuts_[segment]) {
        pieces_.push_back({segment, left, &cut});
        left = &cut;
      }
      pieces_.push_back({segment, left, nullptr});
    }
    SegmentationGraph graph{pieces_.size() + 1, {}};
    for (std::size_t end = 1; end <= pieces_.size(); ++end)
      for (std::size_t begin = 0; begin < end; ++begin)
        if (auto added = add_arc(graph, begin, end); !added) return tl::unexpected(added.error());

    const std::vector<SegmentationPath> paths = best_paths(graph, recognizer_.card(), 2);
    ScoredLine result;
    result.score = paths.front().score;
    for (const std::size_t arc : paths.front().arcs)
      result.line.digits.push_back(std::move(graph.arcs[arc].digit));
    result.line.is_certain =
        !is_cut() || paths.size() < 2 || paths[0].score - paths[1].score > kMinMargin;
    return result;
  }

  /// Adds the pieces [begin, end) to the graph, if they can be one digit.
  Result<void> add_arc(SegmentationGraph& graph, std::size_t begin, std::size_t end) {
    const bool is_all = begin == 0 && end == pieces_.size();
    const bool is_plausible = is_plausible_digit(begin, end);
    if (!is_plausible && !is_all) return {};
    const Region part = crop(begin, end);
    if (part.values.pixels.empty()) return {};
    Result<Recognition> answer =
        recognizer_.recognize(to_network_input(part.values, InputMode::kInk));
    if (!answer) return tl::unexpected(answer.error());
    const Box box{part.left, part.top, part.left + part.values.width,
                  part.top + part.values.height};
    float penalty = 0;
    if (!is_plausible || float(box.height()) < kMinHeight * float(tallest_)) penalty += kPenalty;
    if (is_cut()) penalty += cut_penalty(begin, end, box, *answer);
    graph.arcs.push_back({begin, end, penalty, {std::move(*answer), box}});
    return {};
  }

  /// What makes a digit less likely where segments are cut.
  float cut_penalty(std::size_t begin, std::size_t end, const Box& box,
                    const Recognition& answer) const {
    float penalty = 0;
    for (const CutPath* cut : {pieces_[begin].left, pieces_[end - 1].right})
      if (cut) penalty += (kCutPenalty + kInkPenalty * cut->ink / float(tallest_)) / 2;
    if (float(box.width()) > kMaxWidth * float(tallest_)) penalty += kWidthPenalty;
    // The share of the output for no digit is spread over all classes. Without it, pieces of digits
    // are hardly probable at all.
    const float least = *std::ranges::min_element(answer.probabilities);
    const float share = std::max(answer.confidence - least, kMinShare);
    return penalty + std::log(answer.confidence / share);
  }

  bool is_plausible_digit(std::size_t begin, std::size_t end) const {
    const std::size_t first = pieces_[begin].segment, last = pieces_[end - 1].segment;
    const bool has_cut = pieces_[begin].left || pieces_[end - 1].right;
    const Box box = box_of(begin, end);
    if (box.width() <= 0) return false;
    if (has_cut && float(box.width()) > kMaxBoxWidth * float(tallest_)) return false;
    if (last - first >= kMaxSegmentsPerDigit) return false;
    for (std::size_t i = first + 1; i <= last; ++i) {
      const int gap = segments_[i].box.left - segments_[i - 1].box.right;
      if (float(gap) > kMaxGap * float(tallest_)) return false;
    }
    return true;
  }

  /// The ink of the pieces [begin, end).
  Region crop(std::size_t begin, std::size_t end) const {
    const Piece &first = pieces_[begin], &last = pieces_[end - 1];
    std::vector<bool> is_selected(components_.boxes.size() + 1);
    const Box box = box_of(begin, end);
    for (std::size_t i = first.segment; i <= last.segment; ++i)
      for (const int component : segments_[i].components) is_selected[component + 1] = true;
    const auto column = [&](const Piece& piece, const std::vector<int>& columns, int y) {
      const Box& cut_box = segments_[piece.segment].box;
      const int row = y - cut_box.top;
      return cut_box.left + (row < 0 || row >= cut_box.height() ? 0 : columns[row]);
    };
    if (box.width() <= 0) return {};
    FloatImage values{box.width(), box.height(), {}};
    values.pixels.resize(std::size_t(box.width()) * box.height());
    Box rest{box.width(), box.height(), 0, 0};
    for (int y = box.top; y < box.bottom; ++y) {
      int from = box.left, to = box.right;
      if (first.left) from = std::max(from, column(first, first.left->begin, y));
      if (last.right) to = std::min(to, column(last, last.right->end, y));
      const std::size_t row = std::size_t(y) * ink_.values.width;
      for (int x = from; x < to; ++x) {
        if (!is_selected[components_.labels[row + x] + 1]) continue;
        const Box pixel{x - box.left, y - box.top, x - box.left + 1, y - box.top + 1};
        values.pixels[std::size_t(pixel.top) * values.width + pixel.left] =
            ink_.values.pixels[row + x];
        rest = bounding_union(rest, pixel);
      }
    }
    if (rest.width() <= 0) return {};
    Region trimmed{ink_.left + box.left + rest.left,
                   ink_.top + box.top + rest.top,
                   {rest.width(), rest.height(), {}}};
    for (int y = rest.top; y < rest.bottom; ++y) {
      const auto row = values.pixels.begin() + std::ptrdiff_t(y) * values.width;
      trimmed.values.pixels.insert(trimmed.values.pixels.end(), row + rest.left, row + rest.right);
    }
    return trimmed;
  }

  /// A box around the pieces [begin, end), not always the smallest.
  Box box_of(std::size_t begin, std::size_t end) const {
    const Piece &first = pieces_[begin], &last = pieces_[end - 1];
    Box box = segments_[first.segment].box;
    for (std::size_t i = first.segment; i <= last.segment; ++i)
      box = bounding_union(box, segments_[i].box);
    if (first.left)
      box.left = std::max(box.left,
                          segments_[first.segment].box.left + std::ranges::min(first.left->begin));
    if (last.right)
      box.right =
          std::min(box.right, segments_[last.segment].box.left + std::ranges::max(last.right->end));
    return box;
  }

  Recognizer& recognizer_;
  const Region& ink_;
  const ConnectedComponents& components_;
  const ReadOptions& options_;
  std::vector<Segment> segments_;
  std::vector<std::vector<CutPath>> cuts_;  ///< those of each segment
  std::vector<Piece> pieces_;               ///< from left to right
  bool is_one_ = false;                     ///< no number: all of it is one segment
  int tallest_ = 0;
};

/// Two components, one above the other, that can be parts of one digit.
struct Stack {
  float gap = std::numeric_limits<float>::infinity();  ///< relative to the height of both together
  float height_ratio = 1;  ///< the lower component's height relative to the higher one's
};

/// Those of two lines that are nearest to each other.
Stack nearest_stack(std::span<const int> above, std::span<const int> below,
                    const std::vector<Box>& boxes) {
  Stack nearest;
  for (const int i : above)
    for (const int k : below) {
      const Box &a = boxes[i], &b = boxes[k], both = bounding_union(a, b);
      const int between = std::max(a.left, b.left) - std::min(a.right, b.right);
      if (float(between) > kMaxGap * float(both.height())) continue;
      const float gap = float(b.top - a.bottom) / float(both.height());
      const bool is_one = aspect(a) > kMaxAspect && aspect(b) > kMaxAspect;
      if (gap >= nearest.gap || (aspect(both) > kMaxAspect && !is_one)) continue;
      const auto [low, high] = std::minmax({a.height(), b.height()});
      nearest = {gap, float(low) / float(high)};
    }
  return nearest;
}

/// Divides the ink into lines and reads them.
class InkReader {
 public:
  InkReader(Recognizer& recognizer, const Region& ink, const ReadOptions& options)
      : recognizer_(recognizer),
        ink_(ink),
        options_(options),
        components_(find_connected_components(ink.values)) {}

  Result<Reading> read() {
    std::vector<int> all(components_.boxes.size());
    std::iota(all.begin(), all.end(), 0);
    if (all.size() > kMaxComponents) return read_as_line(all);
    const TextLines found = find_lines();
    std::vector<Candidate> candidates;
    for (const std::vector<int>& components : found.lines)
      if (auto added = add(candidates, components); !added) return tl::unexpected(added.error());

    Reading reading;
    reading.is_complete = found.unassigned.empty() && found.touching.empty();
    for (Candidate& candidate : candidates) reading.lines.push_back(std::move(candidate.read.line));
    if (reading.lines.size() > 1 && is_rather_dots(reading)) {
      Result<Reading> one = read_as_line(all);
      if (!one || (one->accepted() && one->lines[0].digits.size() == 1)) return one;
    }
    return reading;
  }

 private:
  struct Candidate {
    std::vector<int> components;
    ScoredLine read;
  };

  /// Finds the lines, and cuts what touches between them.
  TextLines find_lines() {
    TextLines found = find_text_lines(components_.boxes);
    for (int cuts = 0; cuts < kMaxCuts; ++cuts) {
      // What is wide can be a digit as high as two lines.
      const auto cut = std::ranges::find_if(found.touching, [&](const TouchingLines& touching) {
        return aspect(components_.boxes[touching.component]) > kMaxAspect;
      });
      if (cut == found.touching.end()) break;
      cut_component(ink_.values, components_, cut->component, cut->top, cut->bottom);
      found = find_text_lines(components_.boxes);
    }
    return found;
  }

  Result<ScoredLine> read_line(std::span<const int> components) {
    return LineReader(recognizer_, ink_, components_, components, options_).read();
  }

  Result<Reading> read_as_line(std::span<const int> components) {
    Result<ScoredLine> read = read_line(components);
    if (!read) return tl::unexpected(read.error());
    return Reading{{std::move(read->line)}};
  }

  /// Adds a line below the candidates so far, or merges it with the last one.
  Result<void> add(std::vector<Candidate>& candidates, const std::vector<int>& components) {
    Result<ScoredLine> read = read_line(components);
    if (!read) return tl::unexpected(read.error());
    Candidate line{components, std::move(*read)};
    if (candidates.empty() || !can_be_same_digits(candidates.back(), line)) {
      candidates.push_back(std::move(line));
      return {};
    }
    Candidate& above = candidates.back();
    Candidate both{above.components, {}};
    both.components.insert(both.components.end(), components.begin(), components.end());
    std::sort(both.components.begin(), both.components.end());
    read = read_line(both.components);
    if (!read) return tl::unexpected(read.error());
    both.read = std::move(*read);
    if (both.read.line.accepted() || both.read.score > above.read.score + line.read.score)
      above = std::move(both);
    else
      candidates.push_back(std::move(line));
    return {};
  }

  bool can_be_same_digits(const Candidate& above, const Candidate& below) const {
    const Stack stack = nearest_stack(above.components, below.components, components_.boxes);
    if (stack.gap <= kMaxGapOfHalves) return true;
    const bool are_rows = above.read.line.accepted() && below.read.line.accepted() &&
                          stack.height_ratio >= kMinHeightRatio;
    return !are_rows && stack.gap <= kMaxGapOfPieces;
  }

  /// Whether what seems to be lines is rather one dotted digit: nothing in it is large, and most of
  /// it is no digit.
  bool is_rather_dots(const Reading& reading) const {
    int digits = 0, accepted = 0;
    for (const Line& line : reading.lines)
      for (const PlacedDigit& digit : line.digits) {
        ++digits;
        accepted += digit.answer.accepted;
      }
    const auto max_height = kMaxDot * float(ink_.values.height);
    return 2 * accepted < digits &&
           std::all_of(
               components_.boxes.begin(), components_.boxes.end(),
               [&](const Box& box) { return float(box.height()) <= max_height; });
  }

  Recognizer& recognizer_;
  const Region& ink_;
  const ReadOptions& options_;
  ConnectedComponents components_;
};

}  // namespace

Result<std::optional<Reading>> read_as_one(Recognizer& recognizer, const GrayImage& image) {
  Result<std::optional<Recognition>> answer = recognizer.recognize(image);
  if (!answer) return tl::unexpected(answer.error());
  if (!*answer) return std::nullopt;
  Reading reading;
  reading.lines.emplace_back().digits.push_back(
      {std::move(**answer), {0, 0, image.width, image.height}});
  return reading;
}

Result<std::optional<Reading>> read_number(Recognizer& recognizer, const GrayImage& image,
                                           const ReadOptions& options) {
  const ModelCard& card = recognizer.card();
  if (!are_digits(card.labels) || card.input_mode != InputMode::kInk)
    return read_as_one(recognizer, image);
  const std::optional<Region> ink = find_region(image, card.input_mode);
  if (!ink) return std::nullopt;
  Result<Reading> reading = InkReader(recognizer, *ink, options).read();
  if (!reading) return tl::unexpected(reading.error());
  return std::move(*reading);
}

}  // namespace numeral
