#include "core/number.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/connected_components.h"
#include "core/labels.h"
#include "core/preprocess.h"

namespace numeral {
namespace {

/// An image with more segments than this is read as one digit: nobody writes such a number.
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
  NumberDigit last;
};

bool overlap(const Box& a, const Box& b) {
  const int columns = std::min(a.right, b.right) - std::max(a.left, b.left);
  return float(columns) > kMinOverlap * float(std::min(a.width(), b.width()));
}

/// Merges the components that overlap horizontally. The segments are ordered by their left edges.
std::vector<Segment> find_segments(const ConnectedComponents& components) {
  std::vector<Segment> segments;
  for (int i = 0; i < static_cast<int>(components.boxes.size()); ++i) {
    Segment segment{components.boxes[i], {i}};
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

/// Divides ink into digits and recognises them.
class NumberReader {
 public:
  NumberReader(Recognizer& recognizer, const Region& ink)
      : recognizer_(recognizer), ink_(ink), components_(find_connected_components(ink.values)) {
    if (components_.boxes.size() <= kMaxSegments * kMaxSegmentsPerDigit)
      segments_ = find_segments(components_);
    for (const Segment& segment : segments_) tallest_ = std::max(tallest_, segment.box.height());
  }

  Result<Number> read() {
    if (segments_.size() < 2 || segments_.size() > kMaxSegments) return read_single_digit();
    std::vector<Path> paths(segments_.size() + 1);  // paths[i]: over the first i segments
    paths[0].score = 0;
    for (std::size_t end = 1; end <= segments_.size(); ++end)
      for (std::size_t begin = 0; begin < end; ++begin)
        if (auto tried = try_digit(paths, begin, end); !tried) return tl::unexpected(tried.error());

    Number number;
    for (std::size_t end = segments_.size(); end > 0; end = paths[end].begin)
      number.digits.push_back(std::move(paths[end].last));
    std::reverse(number.digits.begin(), number.digits.end());
    return number;
  }

 private:
  Result<Number> read_single_digit() {
    const FloatImage& values = ink_.values;
    Result<NumberDigit> digit = recognize(values, {0, 0, values.width, values.height});
    if (!digit) return tl::unexpected(digit.error());
    return Number{{std::move(*digit)}};
  }

  /// Replaces paths[end] where its last digit had better consist of the segments [begin, end).
  Result<void> try_digit(std::vector<Path>& paths, std::size_t begin, std::size_t end) {
    const bool is_all = begin == 0 && end == segments_.size();
    const bool is_plausible = is_plausible_digit(begin, end);
    if (!is_plausible && !is_all) return {};
    Box box = segments_[begin].box;
    std::vector<int> components;
    for (std::size_t i = begin; i < end; ++i) {
      box = bounding_union(box, segments_[i].box);
      components.insert(components.end(), segments_[i].components.begin(),
                        segments_[i].components.end());
    }
    Result<NumberDigit> digit =
        recognize(crop_components(ink_.values, components_, components), box);
    if (!digit) return tl::unexpected(digit.error());
    float score = paths[begin].score + std::log(digit->answer.confidence);
    if (!is_plausible || float(box.height()) < kMinHeight * float(tallest_)) score -= kPenalty;
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

  /// Recognises a part of the ink. `box` is relative to the ink, the result's to the image.
  Result<NumberDigit> recognize(const FloatImage& part, Box box) {
    Result<Recognition> answer = recognizer_.recognize(to_network_input(part, InputMode::kInk));
    if (!answer) return tl::unexpected(answer.error());
    const int x = ink_.left, y = ink_.top;
    return NumberDigit{std::move(*answer),
                       {box.left + x, box.top + y, box.right + x, box.bottom + y}};
  }

  Recognizer& recognizer_;
  const Region& ink_;
  ConnectedComponents components_;
  std::vector<Segment> segments_;
  int tallest_ = 0;
};

}  // namespace

float Number::confidence() const {
  float product = 1;
  for (const NumberDigit& digit : digits) product *= digit.answer.confidence;
  return product;
}

bool Number::accepted() const {
  return std::all_of(digits.begin(), digits.end(),
                     [](const NumberDigit& digit) { return digit.answer.accepted; });
}

std::string Number::text(const ModelCard& card) const {
  std::string text;
  for (const NumberDigit& digit : digits) text += card.labels[digit.answer.digit];
  return text;
}

Result<std::optional<Number>> read_as_one(Recognizer& recognizer, const GrayImage& image) {
  Result<std::optional<Recognition>> answer = recognizer.recognize(image);
  if (!answer) return tl::unexpected(answer.error());
  if (!*answer) return std::nullopt;
  return Number{{{std::move(**answer), {0, 0, image.width, image.height}}}};
}

Result<std::optional<Number>> read_number(Recognizer& recognizer, const GrayImage& image) {
  const ModelCard& card = recognizer.card();
  if (!are_digits(card.labels) || card.input_mode != InputMode::kInk)
    return read_as_one(recognizer, image);
  const std::optional<Region> ink = find_region(image, card.input_mode);
  if (!ink) return std::nullopt;
  Result<Number> number = NumberReader(recognizer, *ink).read();
  if (!number) return tl::unexpected(number.error());
  return std::move(*number);
}

}  // namespace numeral
