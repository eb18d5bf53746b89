#include "core/number.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <span>
#include <string>
#include <utility>

#include "core/connected_components.h"
#include "core/ink.h"
#include "core/labels.h"
#include "core/preprocess.h"
#include "core/segmentation/segmentation_graph.h"
#include "core/segmentation/signs.h"
#include "core/segmentation/sort.h"
#include "core/segmentation/text_lines.h"
#include "core/segmentation/touching_digits.h"

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

/// Strokes that overlap horizontally, but vertically by less than this fraction of the lower one,
/// are one segment.
constexpr float kMaxStackOverlap = 0.3f;

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
/// kMinCutScore. Where it was read with at least kMinConfidence that is kMinSureCutScore, and
/// kSureCutSlope more for each 1 of confidence above.
constexpr float kMinConfidence = 0.3f;
constexpr float kMinCutScore = -0.9f;
constexpr float kMinSureCutScore = -0.16f;
constexpr float kSureCutSlope = 0.2f;

/// So many cuts are tried in a picture, from its top on: more is a scribble, and would take long.
constexpr std::size_t kMaxTriedCuts = 40;

/// Only a segment that is mainly one component is cut: one that has these fractions of its width
/// and height.
constexpr float kMinMainWidth = 0.9f;
constexpr float kMinMainHeight = 0.6f;

/// Is subtracted for each cut, and for the ink that it crosses, as a fraction of the height.
constexpr float kCutPenalty = 0.1f;
constexpr float kInkPenalty = 1;

/// A digit that is wider, relative to the tallest segment's height, is unlikely among cut ones.
constexpr float kMaxWidth = 1.5f;
constexpr float kWidthPenalty = 6;

/// Pieces whose box, which may be too large, is wider need not be recognised at all.
constexpr float kMaxBoxWidth = 1.8f;

/// A digit's smallest share of the probability: its logarithm is finite.
constexpr float kMinShare = 0.001f;

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

/// So many lines that were merged are pieces of the same digits, or a scribble. What is as near to
/// them belongs to them: it is not read line by line, which would take long.
constexpr int kMinLinesOfPieces = 5;

/// Components that are higher together, relative to their width, are rather two digits, one above
/// the other: such a stack may well look like a 1. Only a 1 itself is made of parts that are as
/// high.
constexpr float kMaxAspect = 2.2f;

/// The dots of a dotted digit have at most this fraction of its height.
constexpr float kMaxDot = 0.15f;

/// Parts of the ink that must belong to the same digit.
struct Segment {
  Box box;
  std::vector<int> parts;
};

bool overlap(const Box& a, const Box& b) {
  const int columns = std::min(a.right, b.right) - std::max(a.left, b.left);
  return float(columns) > kMinOverlap * float(std::min(a.width(), b.width()));
}

constexpr auto is_left_of = [](const Segment& a, const Segment& b) {
  return a.box.left < b.box.left;
};

/// Whether two strokes stand one above the other, as the halves of an 8 do.
bool is_stacked(const Box& a, const Box& b) {
  const int rows = std::min(a.bottom, b.bottom) - std::max(a.top, b.top);
  return overlap(a, b) && float(rows) < kMaxStackOverlap * float(std::min(a.height(), b.height()));
}

/// Strokes are segments, together with those above and below. They are ordered by their left edges:
/// when a stroke was added does not matter.
std::vector<Segment> segments_of_strokes(const std::vector<Box>& boxes,
                                         std::span<const int> strokes) {
  std::vector<Segment> segments;
  for (const int stroke : strokes) {
    Segment segment{boxes[stroke], {stroke}};
    std::erase_if(segments, [&](const Segment& other) {
      if (!is_stacked(segment.box, other.box)) return false;
      segment.box = bounding_union(segment.box, other.box);
      segment.parts.insert(segment.parts.end(), other.parts.begin(), other.parts.end());
      return true;
    });
    segments.push_back(std::move(segment));
  }
  stable_sort(segments, is_left_of);
  return segments;
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
      segment.parts.insert(segment.parts.end(), other->parts.begin(), other->parts.end());
      other = segments.erase(other);
    }
    segments.insert(std::upper_bound(segments.begin(), segments.end(), segment, is_left_of),
                    segment);
  }
  return segments;
}

/// A segment, or a part of it between two cut paths.
struct Piece {
  std::size_t segment = 0;
  const CutPath* left = nullptr;   ///< null: from the segment's left edge
  const CutPath* right = nullptr;  ///< null: to its right edge
};

float aspect(const Box& box) { return float(box.height()) / float(box.width()); }

/// The connected components of ink.
class ComponentParts : public InkParts {
 public:
  explicit ComponentParts(const FloatImage& ink)
      : ink_(ink), components_(find_connected_components(ink)) {}

  const std::vector<Box>& boxes() const override { return components_.boxes; }

  FloatImage draw(std::span<const int> selected, const Box& box) const override {
    return crop_components(ink_, components_, selected, box);
  }

  bool cut(int part, int top, int bottom) override {
    cut_component(ink_, components_, part, top, bottom);
    return true;
  }

  bool are_strokes() const override { return false; }

 private:
  const FloatImage& ink_;
  ConnectedComponents components_;
};

/// All ink of segments.
Region draw_all(const InkParts& ink, const std::vector<Segment>& segments) {
  std::vector<int> parts;
  Box box = segments.front().box;
  for (const Segment& segment : segments) {
    parts.insert(parts.end(), segment.parts.begin(), segment.parts.end());
    box = bounding_union(box, segment.box);
  }
  return {box.left, box.top, ink.draw(parts, box)};
}

/// What there is in a line besides digits.
struct LineSigns {
  std::vector<BoxedSign> signs;  ///< from left to right
  bool has_slash = false;
};

/// Finds it in segments that are made of connected components.
LineSigns find_line_signs(const InkParts& ink, const std::vector<Segment>& segments) {
  LineSigns found;
  std::vector<Box> boxes;
  boxes.reserve(segments.size());
  for (const Segment& segment : segments) boxes.push_back(segment.box);
  if (!find_signs(boxes, 0).empty()) {
    const float pen = stroke_width(draw_all(ink, segments).values);
    for (const auto& [part, sign] : find_signs(boxes, pen))
      found.signs.push_back({boxes[part], sign});
  }
  const auto can_be_slash = [](const Box& box) { return aspect(box) > 2; };
  if (boxes.size() < 3 || std::none_of(boxes.begin() + 1, boxes.end() - 1, can_be_slash))
    return found;
  std::vector<FloatImage> parts;
  parts.reserve(segments.size());
  for (const Segment& segment : segments) parts.push_back(ink.draw(segment.parts, segment.box));
  found.has_slash = has_slash(parts);
  return found;
}

/// The same for strokes, which may be parts of digits: those that touch are one.
LineSigns find_signs_of_strokes(const InkParts& ink, const std::vector<Segment>& strokes) {
  const Region all = draw_all(ink, strokes);
  const ComponentParts components(all.values);
  std::vector<int> selected(components.boxes().size());
  std::iota(selected.begin(), selected.end(), 0);
  LineSigns found = find_line_signs(components, find_segments(components.boxes(), selected));
  for (BoxedSign& sign : found.signs) {
    const Box& box = sign.box;
    sign.box = {box.left + all.left, box.top + all.top, box.right + all.left, box.bottom + all.top};
  }
  return found;
}

/// Whether a number is a decimal one, if it has signs.
bool is_decimal_number(std::string text) {
  std::ranges::replace_if(text, [](char c) { return c >= '0' && c <= '9'; }, '0');
  return is_decimal(text);
}

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
  stable_sort(sorted, std::less<>{});
  const auto is_much_wider = [&](int narrow, int wide) {
    return float(wide) > kMinWideGap * float(height) &&
           float(wide) > kWiderGap * float(narrow) + kWiderBy * float(height);
  };
  const auto narrower = std::ranges::adjacent_find(sorted, is_much_wider);
  if (narrower == sorted.end()) return false;
  for (std::size_t i = 1; i < digits.size(); ++i) digits[i].begins_number = gaps[i - 1] > *narrower;
  return true;
}

/// Some parts of the ink, without what is left of one cut path or right of another.
struct InkBetween {
  std::vector<int> parts;
  const CutPath* left = nullptr;
  const CutPath* right = nullptr;

  auto operator<=>(const InkBetween&) const = default;
};

/// What is known of the ink so far. The same parts are looked at several times, cut or not, and in
/// one line or another.
struct KnownInk {
  std::map<InkBetween, std::optional<PlacedDigit>> digits;  ///< nothing where no ink is
  std::map<std::vector<int>, std::vector<CutPath>> cuts;    ///< where parts may be cut
};

/// Divides the ink of a line into digits and recognises them.
class LineReader {
 public:
  /// `cuts_left` is how many cuts may still be tried.
  LineReader(Recognizer& recognizer, const InkParts& ink, std::span<const int> selected,
             const ReadOptions& options, KnownInk& known, std::size_t& cuts_left)
      : recognizer_(recognizer),
        ink_(ink),
        options_(options),
        known_(known),
        cuts_left_(cuts_left) {
    if (selected.size() <= kMaxSegments * kMaxSegmentsPerDigit)
      segments_ = ink.are_strokes() ? segments_of_strokes(ink.boxes(), selected)
                                    : find_segments(ink.boxes(), selected);
    if (segments_.empty() || segments_.size() > kMaxSegments) {
      Segment all{ink.boxes()[selected.front()], {selected.begin(), selected.end()}};
      for (const int part : selected) all.box = bounding_union(all.box, ink.boxes()[part]);
      is_one_ = true;
      segments_ = {all};
    }
    for (const Segment& segment : segments_) tallest_ = std::max(tallest_, segment.box.height());
  }

  Result<ScoredLine> read() {
    remove_specks();
    const LineSigns found = ink_.are_strokes() ? find_signs_of_strokes(ink_, segments_)
                                               : find_line_signs(ink_, segments_);
    if (options_.signs) take_out(found.signs);
    cuts_.resize(segments_.size());
    Result<ScoredLine> read = read_digits();
    if (!read) return read;
    Line& line = read->line;
    const bool has_wide_gaps = mark_wide_gaps(line.digits);
    if (found.has_slash || line.signs.size() < found.signs.size() ||
        (has_wide_gaps && !options_.numbers) || !fits_signs(line))
      line.is_certain = false;
    return read;
  }

 private:
  /// Takes signs out of the segments, unless nothing would be left.
  void take_out(const std::vector<BoxedSign>& signs) {
    const auto is_sign = [&](int part) {
      return std::ranges::any_of(
          signs, [&](const BoxedSign& sign) { return contains(sign.box, ink_.boxes()[part]); });
    };
    std::vector<Segment> rest;
    for (Segment segment : segments_) {
      std::erase_if(segment.parts, is_sign);
      if (segment.parts.empty()) continue;
      segment.box = ink_.boxes()[segment.parts.front()];
      for (const int part : segment.parts)
        segment.box = bounding_union(segment.box, ink_.boxes()[part]);
      rest.push_back(std::move(segment));
    }
    if (rest.empty()) return;
    segments_ = std::move(rest);
    signs_ = signs;
  }

  /// Whether signs make decimal numbers, and the hints say nothing else: texts that are possible
  /// have none.
  bool fits_signs(const Line& line) const {
    return line.signs.empty() ||
           (options_.hints.among.empty() &&
            std::ranges::all_of(line.numbers(recognizer_.card()), is_decimal_number));
  }

  /// Removes segments that are too small for the pen.
  void remove_specks() {
    const auto size = [](const Segment& segment) { return float(longer_side(segment.box)); };
    const auto can_be_speck = [&](const Segment& segment) {
      return size(segment) < kMaxSpeck * float(tallest_);
    };
    if (std::ranges::none_of(segments_, can_be_speck)) return;
    const float pen = stroke_width(draw_all(ink_, segments_).values);
    const float min_size = std::min(kMaxSpeckOfPen * pen, kMaxSpeck * float(tallest_));
    std::erase_if(segments_, [&](const Segment& segment) { return size(segment) < min_size; });
  }

  Result<ScoredLine> read_digits() {
    Result<ScoredLine> line = read_pieces();
    if (!line || is_one_) return line;
    const std::vector<Doubt> doubts = find_doubts(*line);
    const std::size_t cuts = find_cuts(doubts);
    if (cuts == 0) return line;
    if (cuts > cuts_left_) {
      line->line.is_certain = false;
      return line;
    }
    cuts_left_ -= cuts;
    Result<ScoredLine> cut = read_pieces();
    if (!cut) return cut;
    if (!cut->fits_hints || !line->fits_hints) return cut->fits_hints ? cut : line;
    if (cut->line.digits.size() <= line->line.digits.size()) return line;

    // How good the cut digits are, compared with what they would replace.
    float confidence = 0;
    float score = cut->score - line->score;
    for (const Doubt& doubt : doubts) {
      confidence = std::max(confidence, doubt.confidence);
      score += std::log(doubt.confidence);
    }
    const auto added = float(cut->line.digits.size() - line->line.digits.size());
    if (score < min_cut_score(confidence) * added) return line;
    // Letters can be cut into digits, too.
    Result<ScoredLine>& better = confidence < recognizer_.card().accept_threshold ? cut : line;
    better->line.is_certain = false;
    return better;
  }

  /// What digits must score, for each one more, to replace one that was read with `confidence`.
  static float min_cut_score(float confidence) {
    if (confidence < kMinConfidence) return kMinCutScore;
    return kMinSureCutScore + kSureCutSlope * (confidence - kMinConfidence);
  }

  /// A segment that may be several digits.
  struct Doubt {
    std::size_t segment = 0;
    float confidence = 0;  ///< of the digit that it was read as, or as a part of
  };

  bool is_mainly_one(const Segment& segment) const {
    return std::ranges::any_of(segment.parts, [&](int part) {
      const Box& box = ink_.boxes()[part];
      return float(box.width()) >= kMinMainWidth * float(segment.box.width()) &&
             float(box.height()) >= kMinMainHeight * float(segment.box.height());
    });
  }

  /// Segments that are wide for a digit, or not surely one; all where the hints ask for others.
  std::vector<Doubt> find_doubts(const ScoredLine& line) const {
    std::vector<Doubt> doubts;
    for (std::size_t i = 0; i < segments_.size(); ++i) {
      const Box& box = segments_[i].box;
      if (float(box.height()) < kMinHeight * float(tallest_) || !is_mainly_one(segments_[i]))
        continue;
      if (!line.fits_hints) {
        doubts.push_back({i, 1});
        continue;
      }
      const int middle = (box.left + box.right) / 2;
      const std::vector<PlacedDigit>& digits = line.line.digits;
      const auto digit = std::ranges::find_if(digits, [&](const PlacedDigit& placed) {
        return placed.box.left <= middle && middle < placed.box.right;
      });
      // Of several segments, one may be dirt: that is no reason to cut another.
      if (digit == digits.end() || digit->box != box) continue;
      const Recognition& answer = digit->answer;
      const float width = 1 / aspect(box);
      if (!answer.accepted || width > kWide ||
          (answer.confidence < kSureConfidence && width > kNarrow))
        doubts.push_back({i, answer.confidence});
    }
    return doubts;
  }

  /// Finds the cuts of doubtful segments. Returns how many there are.
  std::size_t find_cuts(const std::vector<Doubt>& doubts) {
    std::size_t found = 0;
    for (const auto& [segment, confidence] : doubts) {
      // Until now each segment is a piece.
      const auto [known, is_new] = known_.cuts.try_emplace(parts_of(segment, segment));
      if (is_new) known->second = find_cut_paths(crop(segment, segment + 1).values);
      cuts_[segment] = known->second;
      found += cuts_[segment].size();
    }
    return found;
  }

  bool is_cut() const { return pieces_.size() > segments_.size(); }

  /// Whether parts of digits are compared with digits: these may be divided anywhere.
  bool is_divided() const { return is_cut() || (ink_.are_strokes() && segments_.size() > 1); }

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
    SegmentationGraph graph{pieces_.size() + 1, {}, signs_};
    for (std::size_t end = 1; end <= pieces_.size(); ++end)
      for (std::size_t begin = 0; begin < end; ++begin)
        if (auto added = add_arc(graph, begin, end); !added) return tl::unexpected(added.error());

    const Rivals rivals = is_cut()       ? Rivals::kAll
                          : is_divided() ? Rivals::kAcceptedDivisions
                                         : Rivals::kOtherDivisions;
    return best_line(graph, recognizer_.card(), options_, rivals);
  }

  /// Adds the pieces [begin, end) to the graph, if they can be one digit.
  Result<void> add_arc(SegmentationGraph& graph, std::size_t begin, std::size_t end) {
    const bool is_all = begin == 0 && end == pieces_.size();
    const bool is_plausible = is_plausible_digit(begin, end);
    if (!is_plausible && !is_all) return {};
    const auto digit = recognize(begin, end);
    if (!digit) return tl::unexpected(digit.error());
    if (!*digit) return {};
    const auto& [answer, box, begins_number] = **digit;
    float penalty = 0;
    if (!is_plausible || float(box.height()) < kMinHeight * float(tallest_)) penalty += kPenalty;
    if (is_divided()) penalty += division_penalty(begin, end, box, answer);
    graph.arcs.push_back({begin, end, penalty, **digit});
    return {};
  }

  /// Recognises the pieces [begin, end) as a digit; nothing where there is no ink.
  Result<std::optional<PlacedDigit>> recognize(std::size_t begin, std::size_t end) {
    const Piece &first = pieces_[begin], &last = pieces_[end - 1];
    InkBetween ink{parts_of(first.segment, last.segment), first.left, last.right};
    const auto known = known_.digits.find(ink);
    if (known != known_.digits.end()) return known->second;
    std::optional<PlacedDigit> digit;
    const Region part = crop(begin, end);
    if (!part.values.pixels.empty()) {
      Result<Recognition> answer =
          recognizer_.recognize(to_network_input(part.values, InputMode::kInk));
      if (!answer) return tl::unexpected(answer.error());
      digit = {std::move(*answer),
               {part.left, part.top, part.left + part.values.width, part.top + part.values.height}};
    }
    return known_.digits.emplace(std::move(ink), std::move(digit)).first->second;
  }

  /// The parts of the segments `first` to `last`, in their order.
  std::vector<int> parts_of(std::size_t first, std::size_t last) const {
    std::vector<int> parts;
    for (std::size_t i = first; i <= last; ++i)
      parts.insert(parts.end(), segments_[i].parts.begin(), segments_[i].parts.end());
    stable_sort(parts, std::less<>{});
    return parts;
  }

  /// What makes a digit less likely where ink is divided that may be one digit.
  float division_penalty(std::size_t begin, std::size_t end, const Box& box,
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
    const Box box = box_of(begin, end);
    if (box.width() <= 0) return {};
    Region ink{box.left, box.top, ink_.draw(parts_of(first.segment, last.segment), box)};
    if (!first.left && !last.right) return ink;
    const auto column = [&](const Piece& piece, const std::vector<int>& columns, int y) {
      const Box& cut_box = segments_[piece.segment].box;
      const int row = y - cut_box.top;
      const int at = row < 0 || row >= cut_box.height() ? 0 : columns[row];
      return std::clamp(cut_box.left + at, box.left, box.right) - box.left;
    };
    for (int y = box.top; y < box.bottom; ++y) {
      const auto row = ink.values.pixels.begin() + std::ptrdiff_t(y - box.top) * box.width();
      if (first.left) std::fill_n(row, column(first, first.left->begin, y), 0.0f);
      if (last.right) std::fill(row + column(last, last.right->end, y), row + box.width(), 0.0f);
    }
    return trimmed(ink);
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
  const InkParts& ink_;
  const ReadOptions& options_;
  KnownInk& known_;
  std::size_t& cuts_left_;  ///< of the picture
  std::vector<Segment> segments_;
  std::vector<BoxedSign> signs_;                ///< those that are read; no segments
  std::vector<std::span<const CutPath>> cuts_;  ///< those of each segment
  std::vector<Piece> pieces_;                   ///< from left to right
  bool is_one_ = false;                         ///< no number: all of it is one segment
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
  InkReader(Recognizer& recognizer, InkParts& ink, const ReadOptions& options)
      : recognizer_(recognizer), ink_(ink), options_(options) {}

  Result<Reading> read() {
    std::vector<int> all(ink_.boxes().size());
    std::iota(all.begin(), all.end(), 0);
    if (all.size() > kMaxComponents) return read_as_line(all);
    const TextLines found = find_lines();
    std::vector<Candidate> candidates;
    for (const std::vector<int>& components : found.lines)
      if (auto added = add(candidates, components); !added) return tl::unexpected(added.error());
    if (auto read = read_rest(candidates); !read) return tl::unexpected(read.error());

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
    int lines = 1;          ///< so many are merged
    bool has_more = false;  ///< components that were not read yet
  };

  /// Finds the lines, and cuts what touches between them.
  TextLines find_lines() {
    TextLines found = find_text_lines(ink_.boxes());
    for (int cuts = 0; cuts < kMaxCuts; ++cuts) {
      // What is wide can be a digit as high as two lines.
      const auto cut = std::ranges::find_if(found.touching, [&](const TouchingLines& touching) {
        return aspect(ink_.boxes()[touching.component]) > kMaxAspect;
      });
      if (cut == found.touching.end() || !ink_.cut(cut->component, cut->top, cut->bottom)) break;
      found = find_text_lines(ink_.boxes());
    }
    return found;
  }

  Result<ScoredLine> read_line(std::span<const int> components) {
    return LineReader(recognizer_, ink_, components, options_, known_, cuts_left_).read();
  }

  Result<Reading> read_as_line(std::span<const int> components) {
    Result<ScoredLine> read = read_line(components);
    if (!read) return tl::unexpected(read.error());
    return Reading{{std::move(read->line)}};
  }

  /// Adds a line below the candidates so far, or merges it with the last one.
  Result<void> add(std::vector<Candidate>& candidates, const std::vector<int>& components) {
    if (are_pieces(candidates, components)) {
      candidates.back() = merge(candidates.back(), components);
      candidates.back().has_more = true;
      return {};
    }
    if (auto read = read_rest(candidates); !read) return read;
    Result<ScoredLine> read = read_line(components);
    if (!read) return tl::unexpected(read.error());
    Candidate line{components, std::move(*read)};
    if (candidates.empty() || !can_be_same_digits(candidates.back(), line)) {
      candidates.push_back(std::move(line));
      return {};
    }
    Candidate& above = candidates.back();
    Candidate both = merge(above, components);
    read = read_line(both.components);
    if (!read) return tl::unexpected(read.error());
    both.read = std::move(*read);
    if (both.read.line.accepted() || both.read.score > above.read.score + line.read.score) {
      // It may be either, as a 7 above a 5 that look like a 3.
      if (above.read.line.accepted() && line.read.line.accepted())
        both.read.line.is_certain = false;
      above = std::move(both);
    } else {
      candidates.push_back(std::move(line));
    }
    return {};
  }

  /// Both lines as one that is not read yet.
  static Candidate merge(const Candidate& above, const std::vector<int>& components) {
    Candidate both{above.components, {}, above.lines + 1};
    both.components.insert(both.components.end(), components.begin(), components.end());
    stable_sort(both.components, std::less<>{});
    return both;
  }

  /// Whether a line is so near to the last candidate, which is made of so many lines, that it is
  /// just some more pieces of the same digits, or of a scribble.
  bool are_pieces(const std::vector<Candidate>& candidates,
                  const std::vector<int>& components) const {
    return !candidates.empty() && candidates.back().lines >= kMinLinesOfPieces &&
           nearest_stack(candidates.back().components, components, ink_.boxes()).gap <=
               kMaxGapOfPieces;
  }

  /// Reads the last candidate where pieces were added to it.
  Result<void> read_rest(std::vector<Candidate>& candidates) {
    if (candidates.empty() || !candidates.back().has_more) return {};
    Result<ScoredLine> read = read_line(candidates.back().components);
    if (!read) return tl::unexpected(read.error());
    candidates.back().read = std::move(*read);
    candidates.back().has_more = false;
    return {};
  }

  bool can_be_same_digits(const Candidate& above, const Candidate& below) const {
    const Stack stack = nearest_stack(above.components, below.components, ink_.boxes());
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
    const std::vector<Box>& boxes = ink_.boxes();
    Box all = boxes.front();
    for (const Box& box : boxes) all = bounding_union(all, box);
    const auto max_height = kMaxDot * float(all.height());
    return 2 * accepted < digits &&
           std::ranges::all_of(
               boxes, [&](const Box& box) { return float(box.height()) <= max_height; });
  }

  Recognizer& recognizer_;
  InkParts& ink_;
  const ReadOptions& options_;
  KnownInk known_;
  std::size_t cuts_left_ = kMaxTriedCuts;
};

}  // namespace

Result<Reading> read_parts(Recognizer& recognizer, InkParts& ink, const ReadOptions& options) {
  return InkReader(recognizer, ink, options).read();
}

Result<std::optional<Reading>> read_as_one(Recognizer& recognizer, const GrayImage& image,
                                           const ReadOptions& options) {
  Result<std::optional<Recognition>> answer = recognizer.recognize(image);
  if (!answer) return tl::unexpected(answer.error());
  if (!*answer) return std::nullopt;
  const SegmentationGraph graph{
      2, {{0, 1, 0, {std::move(**answer), {0, 0, image.width, image.height}}}}};
  return Reading{{best_line(graph, recognizer.card(), options, Rivals::kOtherDivisions).line}};
}

Result<std::optional<Reading>> read_number(Recognizer& recognizer, const GrayImage& image,
                                           const ReadOptions& options) {
  const ModelCard& card = recognizer.card();
  if (!are_digits(card.labels) || card.input_mode != InputMode::kInk)
    return read_as_one(recognizer, image, options);
  const std::optional<Region> ink = find_region(image, card.input_mode);
  if (!ink) return std::nullopt;
  ComponentParts parts(ink->values);
  Result<Reading> reading = read_parts(recognizer, parts, options);
  if (!reading) return tl::unexpected(reading.error());
  for (Line& line : reading->lines)
    for (PlacedDigit& digit : line.digits) {
      const Box& box = digit.box;
      const int x = ink->left, y = ink->top;
      digit.box = {box.left + x, box.top + y, box.right + x, box.bottom + y};
    }
  return std::move(*reading);
}

}  // namespace numeral
