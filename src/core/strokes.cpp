#include "core/strokes.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "core/ink.h"
#include "core/labels.h"

namespace numeral {
namespace {

/// A drawing whose tallest stroke has a height between these, in pixels, is drawn as it is; any
/// other is scaled until that has kHeight.
constexpr float kMinHeight = 40, kMaxHeight = 300, kHeight = 150;

/// The longest side that is drawn. Strokes lower than kMinRatio of it are scaled as if they had
/// that height.
constexpr float kMaxSide = 1500;
constexpr float kMinRatio = 0.05f;

/// The usual width of a pen, as a fraction of the tallest stroke's height, and the largest one that
/// is drawn.
constexpr float kUsualPen = 0.07f, kMaxPen = 0.5f;

/// How the width of a line follows from the pressure: kMinWidth + kPressureWidth * pressure, in
/// widths of the pen. web/pad.js draws like this.
constexpr float kMinWidth = 0.4f, kPressureWidth = 1.2f;

/// A curve is drawn as straight lines that are about so long, in pixels; at most kMaxLines.
constexpr float kLine = 3;
constexpr int kMaxLines = 32;

/// What has more strokes, or points, is no number but a scribble, and would take long.
constexpr int kMaxStrokes = 32;
constexpr std::size_t kMaxPoints = 4096;

/// Of more strokes a digit is not made: so many has an 8 of a calculator's display.
constexpr std::size_t kMaxStrokesPerDigit = 7;

/// What stands side by side overlaps by at most this fraction of the narrower one's width. With
/// more than kMaxTuck of it, one is drawn over the other.
constexpr float kMaxOverlap = 0.6f, kMaxTuck = 0.9f;

/// A stroke of this share of a digit's height may be a digit of its own, drawn over another.
constexpr float kMinWholeHeight = 0.7f;

/// By strokes, a number is only accepted where each digit has this confidence.
constexpr float kSureConfidence = 0.99f;

struct Extent {
  float left = std::numeric_limits<float>::infinity(), top = left, right = -left, bottom = -left;

  void add(const StrokePoint& point) {
    left = std::min(left, point.x);
    right = std::max(right, point.x);
    top = std::min(top, point.y);
    bottom = std::max(bottom, point.y);
  }
  float width() const { return right - left; }
  float height() const { return bottom - top; }
};

/// Where a drawing is put on the pixels that it is drawn on.
struct Placement {
  float scale = 1;
  float left = 0, top = 0;  ///< in the drawing's pixels: the origin of those
  float pen = 1;            ///< width of the pen in the pixels that it is drawn on
  float max_width = 1;      ///< of a line there
  int width = 0, height = 0;
};

Placement placement_of(const Drawing& drawing) {
  Extent all;
  float tallest = 0;
  for (const PenStroke& stroke : drawing.strokes) {
    Extent extent;
    for (const StrokePoint& point : stroke) extent.add(point), all.add(point);
    if (!stroke.empty()) tallest = std::max(tallest, extent.height());
  }
  const float side = std::max(all.width(), all.height());
  tallest = std::max(tallest, kMinRatio * side);
  // A dot has no size but the pen's.
  if (tallest <= 0) tallest = drawing.pen_width > 0 ? drawing.pen_width : 1;
  Placement placement;
  if (tallest < kMinHeight || tallest > kMaxHeight) placement.scale = kHeight / tallest;
  placement.scale = std::min(placement.scale, kMaxSide / std::max(side, 1e-6f));
  const float pen = drawing.pen_width > 0 ? drawing.pen_width : kUsualPen * tallest;
  const float max_pen = std::max(kMaxPen * side, tallest);
  placement.pen = std::max(1.0f, std::min(pen, max_pen) * placement.scale);
  placement.max_width = (kMinWidth + kPressureWidth) * placement.pen;
  for (const PenStroke& stroke : drawing.strokes)
    for (const StrokePoint& point : stroke)
      placement.max_width =
          std::max(placement.max_width, std::min(point.width, max_pen) * placement.scale);
  const float margin = std::ceil(placement.max_width) + 1;
  // By whole pixels: what is not scaled is drawn as it is on a canvas.
  placement.left = std::floor(all.left) - margin / placement.scale;
  placement.top = std::floor(all.top) - margin / placement.scale;
  const auto pixels = [&](float from, float to) {
    return static_cast<int>(std::ceil((to - from) * placement.scale + margin));
  };
  placement.width = pixels(placement.left, all.right);
  placement.height = pixels(placement.top, all.bottom);
  return placement;
}

/// A straight line of a stroke, with round ends.
struct PenLine {
  Point from, to;
  float radius = 0;
};

/// The stroke's curves as straight lines.
std::vector<PenLine> flatten(const PenStroke& stroke, const Placement& placement) {
  const auto place = [&](const StrokePoint& point) {
    return Point{(point.x - placement.left) * placement.scale,
                 (point.y - placement.top) * placement.scale};
  };
  const auto radius = [&](const StrokePoint& point) {
    const float width =
        point.width > 0
            ? point.width * placement.scale
            : placement.pen * (kMinWidth + kPressureWidth * std::clamp(point.pressure, 0.0f, 1.0f));
    return std::min(width, placement.max_width) / 2;
  };
  std::vector<PenLine> lines;
  Point last = place(stroke.front());
  const auto draw_to = [&](Point end, float line_radius) {
    lines.push_back({last, end, line_radius});
    last = end;
  };
  for (std::size_t i = 1; i < stroke.size(); ++i) {
    const Point start = last, control = place(stroke[i - 1]), next = place(stroke[i]);
    const Point end{(control.x + next.x) / 2, (control.y + next.y) / 2};
    const float length = std::hypot(control.x - start.x, control.y - start.y) +
                         std::hypot(end.x - control.x, end.y - control.y);
    const int count = std::clamp(static_cast<int>(length / kLine), 1, kMaxLines);
    for (int k = 1; k <= count; ++k) {
      const float t = float(k) / float(count), rest = 1 - t;
      draw_to({rest * rest * start.x + 2 * rest * t * control.x + t * t * end.x,
               rest * rest * start.y + 2 * rest * t * control.y + t * t * end.y},
              radius(stroke[i]));
    }
  }
  draw_to(place(stroke.back()), radius(stroke.back()));
  return lines;
}

Box box_of(const PenLine& line) {
  const auto low = [&](float a, float b) {
    return static_cast<int>(std::floor(std::min(a, b) - line.radius - 0.5f));
  };
  const auto high = [&](float a, float b) {
    return static_cast<int>(std::ceil(std::max(a, b) + line.radius + 0.5f));
  };
  return {low(line.from.x, line.to.x), low(line.from.y, line.to.y), high(line.from.x, line.to.x),
          high(line.from.y, line.to.y)};
}

/// The ink of a line: 1 inside, and less where its edge crosses a pixel.
void draw(const PenLine& line, Region& ink) {
  const Box box = box_of(line);
  const float dx = line.to.x - line.from.x, dy = line.to.y - line.from.y;
  const float squared = dx * dx + dy * dy;
  const float inverse = squared > 0 ? 1 / squared : 0;
  const int from = std::max(box.left, ink.left);
  const int to = std::min(box.right, ink.left + ink.values.width);
  const int bottom = std::min(box.bottom, ink.top + ink.values.height);
  for (int y = std::max(box.top, ink.top); y < bottom; ++y) {
    float* row = &ink.values.pixels[std::size_t(y - ink.top) * ink.values.width];
    const float py = float(y) + 0.5f - line.from.y;
    for (int x = from; x < to; ++x) {
      const float px = float(x) + 0.5f - line.from.x;
      const float along = std::clamp((px * dx + py * dy) * inverse, 0.0f, 1.0f);
      const float ax = px - along * dx, ay = py - along * dy;
      const float edge = line.radius - std::sqrt(ax * ax + ay * ay) + 0.5f;
      float& value = row[x - ink.left];
      value = std::max(value, std::clamp(edge, 0.0f, 1.0f));
    }
  }
}

/// The ink of a stroke.
Region draw(const PenStroke& stroke, const Placement& placement) {
  const std::vector<PenLine> lines = flatten(stroke, placement);
  Box box = box_of(lines.front());
  for (const PenLine& line : lines) box = bounding_union(box, box_of(line));
  Region ink{box.left, box.top, {box.width(), box.height(), {}}};
  ink.values.pixels.resize(std::size_t(box.width()) * box.height());
  for (const PenLine& line : lines) draw(line, ink);
  return trimmed(ink);
}

/// All strokes, dark on light.
GrayImage draw(const Drawing& drawing, const Placement& placement) {
  Region ink{0, 0, {placement.width, placement.height, {}}};
  ink.values.pixels.resize(std::size_t(placement.width) * placement.height);
  for (const PenStroke& stroke : drawing.strokes) {
    if (stroke.empty()) continue;
    for (const PenLine& line : flatten(stroke, placement)) draw(line, ink);
  }
  GrayImage image{placement.width, placement.height, {}};
  image.pixels.reserve(ink.values.pixels.size());
  for (const float value : ink.values.pixels)
    image.pixels.push_back(static_cast<std::uint8_t>(std::lround(255 * (1 - value))));
  return image;
}

/// How much of the narrower one of two boxes' width overlaps.
float overlap_of(const Box& a, const Box& b) {
  const int columns = std::min(a.right, b.right) - std::max(a.left, b.left);
  return float(columns) / float(std::min(a.width(), b.width()));
}

class StrokeParts : public InkParts {
 public:
  StrokeParts(const Drawing& drawing, const Placement& placement) {
    for (const PenStroke& stroke : drawing.strokes) {
      if (stroke.empty()) continue;
      strokes_.push_back(numeral::draw(stroke, placement));
      const Region& ink = strokes_.back();
      boxes_.push_back(
          {ink.left, ink.top, ink.left + ink.values.width, ink.top + ink.values.height});
    }
  }

  const std::vector<Box>& boxes() const override { return boxes_; }

  FloatImage draw(std::span<const int> selected, const Box& box) const override {
    FloatImage result{box.width(), box.height(), {}};
    result.pixels.resize(std::size_t(box.width()) * box.height());
    for (const int index : selected) {
      const Region& stroke = strokes_[index];
      const Box& from = boxes_[index];
      for (int y = std::max(box.top, from.top); y < std::min(box.bottom, from.bottom); ++y)
        for (int x = std::max(box.left, from.left); x < std::min(box.right, from.right); ++x) {
          float& value = result.pixels[std::size_t(y - box.top) * box.width() + x - box.left];
          value = std::max(value, stroke.values.at(x - from.left, y - from.top));
        }
    }
    return result;
  }

  bool cut(int, int, int) override { return false; }

  /// Whether a stroke inside a box touches one that is not.
  bool is_touched(const Box& box) const {
    for (std::size_t i = 0; i < strokes_.size(); ++i)
      for (std::size_t k = 0; k < strokes_.size(); ++k)
        if (contains(box, boxes_[i]) && !contains(box, boxes_[k]) && do_touch(i, k)) return true;
    return false;
  }

  bool are_strokes() const override { return true; }

 private:
  /// Whether ink of two strokes is on the same pixel or on adjacent ones.
  bool do_touch(std::size_t a, std::size_t b) const {
    const Box &box = boxes_[a], &other = boxes_[b];
    for (int y = std::max(box.top, other.top - 1); y < std::min(box.bottom, other.bottom + 1); ++y)
      for (int x = std::max(box.left, other.left - 1); x < std::min(box.right, other.right + 1);
           ++x) {
        if (strokes_[a].values.at(x - box.left, y - box.top) <= 0) continue;
        for (int v = std::max(y - 1, other.top); v < std::min(y + 2, other.bottom); ++v)
          for (int u = std::max(x - 1, other.left); u < std::min(x + 2, other.right); ++u)
            if (strokes_[b].values.at(u - other.left, v - other.top) > 0) return true;
      }
    return false;
  }

  std::vector<Region> strokes_;
  std::vector<Box> boxes_;
};

bool is_finite(const Drawing& drawing) {
  bool is_finite = std::isfinite(drawing.pen_width);
  for (const PenStroke& stroke : drawing.strokes)
    for (const StrokePoint& point : stroke)
      for (const float value : {point.x, point.y, point.pressure, point.width})
        is_finite = is_finite && std::isfinite(value);
  return is_finite;
}

void change_boxes(Reading& reading, const Placement& placement) {
  const auto low = [&](int at, float origin) {
    return static_cast<int>(std::floor(float(at) / placement.scale + origin));
  };
  const auto high = [&](int at, float origin) {
    return static_cast<int>(std::ceil(float(at) / placement.scale + origin));
  };
  for (Line& line : reading.lines)
    for (auto& [answer, box, begins_number] : line.digits)
      box = {low(box.left, placement.left), low(box.top, placement.top),
             high(box.right, placement.left), high(box.bottom, placement.top)};
}

/// Whether strokes may be several digits.
bool can_be_number(const Drawing& drawing) {
  const auto has_points = [](const PenStroke& stroke) { return !stroke.empty(); };
  const auto count = std::ranges::count_if(drawing.strokes, has_points);
  std::size_t points = 0;
  for (const PenStroke& stroke : drawing.strokes) points += stroke.size();
  return count > 1 && count <= kMaxStrokes && points <= kMaxPoints;
}

std::size_t count_digits(const Reading& reading) {
  std::size_t count = 0;
  for (const Line& line : reading.lines) count += line.digits.size();
  return count;
}

/// Has no line accepted.
void refuse(Reading& reading) {
  for (Line& line : reading.lines) line.is_certain = false;
}

/// Whether what was read as a number has more strokes than its digits could: a scribble. A digit
/// alone may have been gone over many times.
bool is_scribble(const Reading& reading, const Drawing& drawing) {
  const std::size_t digits = count_digits(reading);
  return digits > 1 && drawing.strokes.size() > digits * kMaxStrokesPerDigit;
}

/// Whether strokes stand so far beside each other that they may be more digits than were read.
bool can_be_more(const Reading& reading, const Drawing& drawing, const Placement& placement) {
  std::vector<Box> groups;
  for (const PenStroke& stroke : drawing.strokes) {
    if (stroke.empty()) continue;
    Extent extent;
    for (const StrokePoint& point : stroke) extent.add(point);
    const float margin = placement.max_width / placement.scale / 2;
    Box box{static_cast<int>(extent.left - margin), static_cast<int>(extent.top - margin),
            static_cast<int>(extent.right + margin) + 1,
            static_cast<int>(extent.bottom + margin) + 1};
    std::erase_if(groups, [&](const Box& group) {
      if (overlap_of(box, group) <= kMaxOverlap) return false;
      box = bounding_union(box, group);
      return true;
    });
    groups.push_back(box);
  }
  return groups.size() > count_digits(reading);
}

/// Whether strokes are several digits and nothing else: none is a sign, or left out.
bool is_number(const Reading& reading, const StrokeParts& parts) {
  const auto has_signs = [](const Line& line) { return !line.signs.empty(); };
  const auto is_in_digit = [&](const Box& stroke) {
    return std::ranges::any_of(reading.lines, [&](const Line& line) {
      return std::ranges::any_of(
          line.digits, [&](const PlacedDigit& digit) { return contains(digit.box, stroke); });
    });
  };
  return reading.is_complete && count_digits(reading) > 1 &&
         std::ranges::none_of(reading.lines, has_signs) &&
         std::ranges::all_of(parts.boxes(), is_in_digit);
}

/// The largest overlap of digits that stand beside each other in a line.
float largest_overlap(const Reading& reading) {
  float largest = 0;
  for (const Line& line : reading.lines)
    for (std::size_t i = 1; i < line.digits.size(); ++i)
      largest = std::max(largest, overlap_of(line.digits[i - 1].box, line.digits[i].box));
  return largest;
}

/// Whether several strokes, each of about the height of all, are different digits when read alone:
/// then one is drawn over the other. A 1 may be part of another digit, as of a 4.
Result<bool> are_digits_over_each_other(Recognizer& recognizer, const StrokeParts& parts) {
  const std::vector<Box>& boxes = parts.boxes();
  Box all = boxes.front();
  for (const Box& box : boxes) all = bounding_union(all, box);
  std::vector<int> tall;
  for (int i = 0; i < std::ssize(boxes); ++i)
    if (float(boxes[i].height()) >= kMinWholeHeight * float(all.height())) tall.push_back(i);
  if (tall.size() < 2) return false;
  std::optional<int> first;
  for (const int i : tall) {
    const FloatImage stroke = parts.draw(std::span(&i, 1), boxes[i]);
    const auto answer = recognizer.recognize(to_network_input(stroke, InputMode::kInk));
    if (!answer) return tl::unexpected(answer.error());
    if (!answer->accepted || recognizer.card().labels[answer->digit] == "1") continue;
    if (first && *first != answer->digit) return true;
    first = answer->digit;
  }
  return false;
}

bool are_certain(const Reading& reading) {
  return std::ranges::all_of(reading.lines, [](const Line& line) { return line.is_certain; });
}

/// Whether digits are sure to be digits that touch. A 1 that touches others may be the stem of a
/// letter; and where nothing touches, the picture says all.
bool are_touching_digits(const Reading& reading, const StrokeParts& parts, const ModelCard& card) {
  bool do_touch = false;
  for (const Line& line : reading.lines)
    for (const auto& [answer, box, begins_number] : line.digits) {
      const bool is_touched = parts.is_touched(box);
      if (answer.confidence < kSureConfidence || !answer.accepted ||
          (is_touched && card.labels[answer.digit] == "1"))
        return false;
      do_touch = do_touch || is_touched;
    }
  return do_touch;
}

}  // namespace

Result<std::optional<Reading>> read_strokes(Recognizer& recognizer, const Drawing& drawing,
                                            std::optional<Reading> seen,
                                            const ReadOptions& options) {
  if (!is_finite(drawing)) return fail("strokes: expected finite numbers");
  const ModelCard& card = recognizer.card();
  if (seen && is_scribble(*seen, drawing)) {
    refuse(*seen);
    return seen;
  }
  if (!seen || !can_be_number(drawing) || !are_digits(card.labels) ||
      card.input_mode != InputMode::kInk)
    return seen;
  const Placement placement = placement_of(drawing);
  const bool is_settled = seen->accepted() && !can_be_more(*seen, drawing, placement);
  if (is_settled && count_digits(*seen) > 1) return seen;
  StrokeParts parts(drawing, placement);
  if (is_settled) {
    const Result<bool> are_several = are_digits_over_each_other(recognizer, parts);
    if (!are_several) return tl::unexpected(are_several.error());
    if (*are_several) refuse(*seen);
    return seen;
  }
  Result<Reading> reading = read_parts(recognizer, parts, options);
  if (!reading) return tl::unexpected(reading.error());
  if (!is_number(*reading, parts)) return seen;
  // Which is right is not known: by its strokes, a 4 may look like 11.
  if (seen->accepted()) {
    if (count_digits(*reading) > count_digits(*seen)) refuse(*seen);
    return seen;
  }
  const float overlap = largest_overlap(*reading);
  const bool is_beside = overlap <= kMaxOverlap;
  if (!is_beside && (overlap > kMaxTuck || !are_certain(*reading))) return seen;
  if (!is_beside || seen->text(card) != reading->text(card) ||
      !are_touching_digits(*reading, parts, card))
    refuse(*reading);
  change_boxes(*reading, placement);
  return std::move(*reading);
}

Result<std::optional<Reading>> read_strokes(Recognizer& recognizer, const Drawing& drawing,
                                            const ReadOptions& options) {
  if (!is_finite(drawing)) return fail("strokes: expected finite numbers");
  const auto is_empty = [](const PenStroke& stroke) { return stroke.empty(); };
  if (std::ranges::all_of(drawing.strokes, is_empty)) return std::nullopt;
  const Placement placement = placement_of(drawing);
  Result<std::optional<Reading>> seen = read_number(recognizer, draw(drawing, placement), options);
  if (!seen) return seen;
  if (*seen) change_boxes(**seen, placement);
  return read_strokes(recognizer, drawing, std::move(*seen), options);
}

}  // namespace numeral
