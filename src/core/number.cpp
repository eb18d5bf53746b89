#include "core/number.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/ink.h"
#include "core/labels.h"
#include "core/connected_components.h"

namespace numeral {
namespace {

/// Parts of a picture that are looked at for digits at most; more is no number that one writes.
constexpr std::size_t kMaxParts = 32;

/// Parts that make up one digit at most.
constexpr std::size_t kMaxPartsOfDigit = 4;

/// ConnectedComponents of which one covers this share of the other's width are one above the other: one part.
constexpr float kAbove = 0.5f;

/// A gap between the parts of one digit is narrower than this share of the tallest part's height.
constexpr float kMaxGap = 0.3f;

/// A digit beside others is at least this tall, as a share of the tallest.
constexpr float kMinHeight = 0.4f;

/// What is against these rules is not ruled out (a dot may be small, and all parts together,
/// however far apart, may be one dotted digit) but has to make up for this, on the logarithm of the
/// confidence.
constexpr float kPenalty = 3;

/// What of the ink can only belong to the same digit.
struct Part {
  Box box;
  std::vector<int> pieces;
};

/// One way to read the parts up to some point, and how it got there.
struct Way {
  float score = -std::numeric_limits<float>::infinity();  ///< sum of the logarithms, penalties
  std::size_t begin = 0;                                  ///< the last digit's first part
  NumberDigit last;
};

bool one_above_other(const Box& a, const Box& b) {
  const int overlap = std::min(a.right, b.right) - std::max(a.left, b.left);
  return float(overlap) > kAbove * float(std::min(a.width(), b.width()));
}

/// Puts the pieces that are above each other together; the parts are in the order of their left
/// edges.
std::vector<Part> find_parts(const ConnectedComponents& pieces) {
  std::vector<Part> parts;
  for (int i = 0; i < static_cast<int>(pieces.boxes.size()); ++i) {
    Part part{pieces.boxes[i], {i}};
    // One pass is enough: what is above neither of two overlapping boxes is not above both.
    for (auto other = parts.begin(); other != parts.end();) {
      if (!one_above_other(part.box, other->box)) {
        ++other;
        continue;
      }
      part.box = bounding_union(part.box, other->box);
      part.pieces.insert(part.pieces.end(), other->pieces.begin(), other->pieces.end());
      other = parts.erase(other);
    }
    const auto is_left_of = [](const Part& a, const Part& b) { return a.box.left < b.box.left; };
    parts.insert(std::upper_bound(parts.begin(), parts.end(), part, is_left_of), part);
  }
  return parts;
}

/// Reads the parts of one picture as digits.
class Reader {
 public:
  Reader(Recognizer& recognizer, const Ink& ink)
      : recognizer_(recognizer), ink_(ink), pieces_(find_connected_components(ink.values)) {
    if (pieces_.boxes.size() <= kMaxParts * kMaxPartsOfDigit) parts_ = find_parts(pieces_);
    for (const Part& part : parts_) tallest_ = std::max(tallest_, part.box.height());
  }

  Result<Number> read() {
    if (parts_.size() < 2 || parts_.size() > kMaxParts) return read_all_as_one();
    std::vector<Way> ways(parts_.size() + 1);
    ways[0].score = 0;
    for (std::size_t end = 1; end <= parts_.size(); ++end)
      for (std::size_t begin = 0; begin < end; ++begin)
        if (auto tried = try_digit(ways, begin, end); !tried) return tl::unexpected(tried.error());

    Number number;
    for (std::size_t end = parts_.size(); end > 0; end = ways[end].begin)
      number.digits.push_back(std::move(ways[end].last));
    std::reverse(number.digits.begin(), number.digits.end());
    return number;
  }

 private:
  Result<Number> read_all_as_one() {
    const FloatImage& all = ink_.values;
    Result<NumberDigit> digit = recognize(all, {0, 0, all.width, all.height});
    if (!digit) return tl::unexpected(digit.error());
    return Number{{std::move(*digit)}};
  }

  /// Where a digit of the parts from `begin` to `end` is better than what was found before.
  Result<void> try_digit(std::vector<Way>& ways, std::size_t begin, std::size_t end) {
    const bool is_all = begin == 0 && end == parts_.size();
    const bool is_likely = may_be_digit(begin, end);
    if (!is_likely && !is_all) return {};
    Box box = parts_[begin].box;
    std::vector<int> wanted;
    for (std::size_t i = begin; i < end; ++i) {
      box = bounding_union(box, parts_[i].box);
      wanted.insert(wanted.end(), parts_[i].pieces.begin(), parts_[i].pieces.end());
    }
    Result<NumberDigit> digit = recognize(cut_out(ink_.values, pieces_, wanted), box);
    if (!digit) return tl::unexpected(digit.error());
    float score = ways[begin].score + std::log(digit->answer.confidence);
    if (!is_likely || float(box.height()) < kMinHeight * float(tallest_)) score -= kPenalty;
    if (score > ways[end].score) ways[end] = {score, begin, std::move(*digit)};
    return {};
  }

  bool may_be_digit(std::size_t begin, std::size_t end) const {
    if (end - begin > kMaxPartsOfDigit) return false;
    for (std::size_t i = begin + 1; i < end; ++i) {
      const int gap = parts_[i].box.left - parts_[i - 1].box.right;
      if (float(gap) > kMaxGap * float(tallest_)) return false;
    }
    return true;
  }

  /// Recognises cut-out ink, from the box of the found ink.
  Result<NumberDigit> recognize(const FloatImage& cut, Box box) {
    Result<Recognition> answer = recognizer_.recognize(fit_ink(cut));
    if (!answer) return tl::unexpected(answer.error());
    const int x = ink_.left, y = ink_.top;
    return NumberDigit{std::move(*answer),
                       {box.left + x, box.top + y, box.right + x, box.bottom + y}};
  }

  Recognizer& recognizer_;
  const Ink& ink_;
  ConnectedComponents pieces_;
  std::vector<Part> parts_;
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
  const std::optional<Ink> ink = find_ink(image);
  if (!ink) return std::nullopt;
  Result<Number> number = Reader(recognizer, *ink).read();
  if (!number) return tl::unexpected(number.error());
  return std::move(*number);
}

}  // namespace numeral
