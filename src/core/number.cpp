#include "core/number.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>
#include <utility>

#include "core/connected_components.h"
#include "core/labels.h"
#include "core/preprocess.h"
#include "core/text_lines.h"

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

/// The best division of the first segments into digits, as a linked list: the last digit, and where
/// it begins.
struct Path {
  float score = -std::numeric_limits<float>::infinity();  ///< log-probabilities less penalties
  std::size_t begin = 0;                                  ///< first segment of the last digit
  PlacedDigit last;
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

/// Divides the ink of a line into digits and recognises them.
class LineReader {
 public:
  LineReader(Recognizer& recognizer, const Region& ink, const ConnectedComponents& components,
             std::span<const int> selected)
      : recognizer_(recognizer), ink_(ink), components_(components), selected_(selected) {
    if (selected.size() <= kMaxSegments * kMaxSegmentsPerDigit)
      segments_ = find_segments(components.boxes, selected);
    for (const Segment& segment : segments_) tallest_ = std::max(tallest_, segment.box.height());
  }

  Result<ScoredLine> read() {
    if (segments_.size() < 2 || segments_.size() > kMaxSegments) return read_single_digit();
    std::vector<Path> paths(segments_.size() + 1);  // paths[i]: over the first i segments
    paths[0].score = 0;
    for (std::size_t end = 1; end <= segments_.size(); ++end)
      for (std::size_t begin = 0; begin < end; ++begin)
        if (auto tried = try_digit(paths, begin, end); !tried) return tl::unexpected(tried.error());

    ScoredLine result;
    result.score = paths.back().score;
    std::vector<PlacedDigit>& digits = result.line.digits;
    for (std::size_t end = segments_.size(); end > 0; end = paths[end].begin)
      digits.push_back(std::move(paths[end].last));
    std::reverse(digits.begin(), digits.end());
    return result;
  }

 private:
  Result<ScoredLine> read_single_digit() {
    Result<PlacedDigit> digit = recognize(selected_);
    if (!digit) return tl::unexpected(digit.error());
    const float score = std::log(digit->answer.confidence);
    return ScoredLine{{{std::move(*digit)}}, score};
  }

  /// Replaces paths[end] where its last digit had better consist of the segments [begin, end).
  Result<void> try_digit(std::vector<Path>& paths, std::size_t begin, std::size_t end) {
    const bool is_all = begin == 0 && end == segments_.size();
    const bool is_plausible = is_plausible_digit(begin, end);
    if (!is_plausible && !is_all) return {};
    std::vector<int> components;
    for (std::size_t i = begin; i < end; ++i)
      components.insert(components.end(), segments_[i].components.begin(),
                        segments_[i].components.end());
    Result<PlacedDigit> digit = recognize(components);
    if (!digit) return tl::unexpected(digit.error());
    float score = paths[begin].score + std::log(digit->answer.confidence);
    if (!is_plausible || float(digit->box.height()) < kMinHeight * float(tallest_))
      score -= kPenalty;
    if (score > paths[end].score) paths[end] = {score, begin, std::move(*digit)};
    return {};
  }

  bool is_plausible_digit(std::size_t begin, std::size_t end) const {
    if (end - begin > kMaxSegmentsPerDigit) return false;
    for (std::size_t i = begin + 1; i < end; ++i) {
      const int gap = segments_[i].box.left - segments_[i - 1].box.right;
      if (float(gap) > kMaxGap * float(tallest_)) return false;
    }
    return true;
  }

  /// Recognises some of the components as one digit.
  Result<PlacedDigit> recognize(std::span<const int> selected) {
    Box box = components_.boxes[selected.front()];
    for (const int component : selected) box = bounding_union(box, components_.boxes[component]);
    const FloatImage part = crop_components(ink_.values, components_, selected);
    Result<Recognition> answer = recognizer_.recognize(to_network_input(part, InputMode::kInk));
    if (!answer) return tl::unexpected(answer.error());
    const int x = ink_.left, y = ink_.top;
    return PlacedDigit{std::move(*answer),
                       {box.left + x, box.top + y, box.right + x, box.bottom + y}};
  }

  Recognizer& recognizer_;
  const Region& ink_;
  const ConnectedComponents& components_;
  std::span<const int> selected_;
  std::vector<Segment> segments_;
  int tallest_ = 0;
};

float aspect(const Box& box) { return float(box.height()) / float(box.width()); }

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
  InkReader(Recognizer& recognizer, const Region& ink)
      : recognizer_(recognizer), ink_(ink), components_(find_connected_components(ink.values)) {}

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
    return LineReader(recognizer_, ink_, components_, components).read();
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
  ConnectedComponents components_;
};

}  // namespace

float Line::confidence() const {
  float product = 1;
  for (const PlacedDigit& digit : digits) product *= digit.answer.confidence;
  return product;
}

bool Line::accepted() const {
  return std::all_of(digits.begin(), digits.end(),
                     [](const PlacedDigit& digit) { return digit.answer.accepted; });
}

std::string Line::text(const ModelCard& card) const {
  std::string text;
  for (const PlacedDigit& digit : digits) text += card.labels[digit.answer.digit];
  return text;
}

float Reading::confidence() const {
  float product = 1;
  for (const Line& line : lines)
    for (const PlacedDigit& digit : line.digits) product *= digit.answer.confidence;
  return product;
}

bool Reading::accepted() const {
  return is_complete &&
         std::all_of(lines.begin(), lines.end(), [](const Line& line) { return line.accepted(); });
}

std::string Reading::text(const ModelCard& card) const {
  std::string text;
  for (const Line& line : lines) text += (text.empty() ? "" : "\n") + line.text(card);
  return text;
}

Result<std::optional<Reading>> read_as_one(Recognizer& recognizer, const GrayImage& image) {
  Result<std::optional<Recognition>> answer = recognizer.recognize(image);
  if (!answer) return tl::unexpected(answer.error());
  if (!*answer) return std::nullopt;
  return Reading{{{{{std::move(**answer), {0, 0, image.width, image.height}}}}}};
}

Result<std::optional<Reading>> read_number(Recognizer& recognizer, const GrayImage& image) {
  const ModelCard& card = recognizer.card();
  if (!are_digits(card.labels) || card.input_mode != InputMode::kInk)
    return read_as_one(recognizer, image);
  const std::optional<Region> ink = find_region(image, card.input_mode);
  if (!ink) return std::nullopt;
  Result<Reading> reading = InkReader(recognizer, *ink).read();
  if (!reading) return tl::unexpected(reading.error());
  return std::move(*reading);
}

}  // namespace numeral
