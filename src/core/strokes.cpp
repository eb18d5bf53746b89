#include "core/strokes.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "core/labels.h"
#include "core/number.h"
#include "core/preprocess.h"
#include "core/segmentation_graph.h"
#include "core/text_lines.h"

namespace numeral {
namespace {

/// Straight pieces of a curve.
constexpr int kPieces = 8;

/// Nobody draws a digit in more strokes, or a number in so many.
constexpr std::size_t kMaxStrokesPerDigit = 4;
constexpr std::size_t kMaxStrokes = 64;

/// Largest gap between the strokes of a digit, and smallest height of a digit, as fractions of the
/// tallest stroke's height.
constexpr float kMaxGap = 0.3f;
constexpr float kMinHeight = 0.4f;

/// Is subtracted from the log-probability of a lower digit, and for each digit: one digit of two
/// strokes is as likely as two digits.
constexpr float kPenalty = 3;

/// A digit's smallest share of the probability: its logarithm is finite.
constexpr float kMinShare = 0.001f;

/// A division is certain where its log-probability is higher by this than any other's.
constexpr float kMinMargin = 3;

/// A straight line of a stroke, with the width of its end.
struct Piece {
  Point from, to;
  float radius = 0;
};

Point midpoint(const StrokePoint& a, const StrokePoint& b) {
  return {(a.x + b.x) / 2, (a.y + b.y) / 2};
}

/// The stroke's curves as straight lines.
std::vector<Piece> flatten(const PenStroke& stroke) {
  std::vector<Piece> pieces;
  Point last{stroke.front().x, stroke.front().y};
  const auto draw_to = [&](Point end, float width) {
    pieces.push_back({last, end, width / 2});
    last = end;
  };
  for (std::size_t i = 1; i < stroke.size(); ++i) {
    const Point start = last, control{stroke[i - 1].x, stroke[i - 1].y};
    const Point end = midpoint(stroke[i - 1], stroke[i]);
    for (int k = 1; k <= kPieces; ++k) {
      const float t = float(k) / kPieces, rest = 1 - t;
      draw_to({rest * rest * start.x + 2 * rest * t * control.x + t * t * end.x,
               rest * rest * start.y + 2 * rest * t * control.y + t * t * end.y},
              stroke[i].width);
    }
  }
  draw_to({stroke.back().x, stroke.back().y}, stroke.back().width);
  return pieces;
}

Box box_of(const Piece& piece) {
  const auto low = [&](float a, float b) {
    return static_cast<int>(std::floor(std::min(a, b) - piece.radius - 0.5f));
  };
  const auto high = [&](float a, float b) {
    return static_cast<int>(std::ceil(std::max(a, b) + piece.radius + 0.5f));
  };
  return {low(piece.from.x, piece.to.x), low(piece.from.y, piece.to.y),
          high(piece.from.x, piece.to.x), high(piece.from.y, piece.to.y)};
}

float distance(const Piece& piece, Point point) {
  const float dx = piece.to.x - piece.from.x, dy = piece.to.y - piece.from.y;
  const float length = dx * dx + dy * dy;
  const float along =
      length > 0 ? ((point.x - piece.from.x) * dx + (point.y - piece.from.y) * dy) / length : 0;
  const float t = std::clamp(along, 0.0f, 1.0f);
  return std::hypot(point.x - piece.from.x - t * dx, point.y - piece.from.y - t * dy);
}

/// The ink of a stroke, 0 to 1, cut out along the pixels that it reaches.
Region ink_of(const PenStroke& stroke, int width, int height) {
  const std::vector<Piece> pieces = flatten(stroke);
  const auto inside = [&](const Box& box) {
    return Box{std::clamp(box.left, 0, width), std::clamp(box.top, 0, height),
               std::clamp(box.right, 0, width), std::clamp(box.bottom, 0, height)};
  };
  Box box = inside(box_of(pieces.front()));
  for (const Piece& piece : pieces) box = bounding_union(box, inside(box_of(piece)));
  Region ink{box.left, box.top, {box.width(), box.height(), {}}};
  ink.values.pixels.resize(std::size_t(box.width()) * box.height());
  for (const Piece& piece : pieces) {
    const Box reached = inside(box_of(piece));
    for (int y = reached.top; y < reached.bottom; ++y)
      for (int x = reached.left; x < reached.right; ++x) {
        float& value = ink.values.pixels[std::size_t(y - box.top) * box.width() + x - box.left];
        const float edge = piece.radius - distance(piece, {float(x) + 0.5f, float(y) + 0.5f});
        value = std::max(value, std::clamp(edge + 0.5f, 0.0f, 1.0f));
      }
  }
  return ink;
}

Box box_of(const Region& region) {
  return {region.left, region.top, region.left + region.values.width,
          region.top + region.values.height};
}

/// The ink of several strokes.
Region united(const std::vector<const Region*>& strokes) {
  Box box = box_of(*strokes.front());
  for (const Region* stroke : strokes) box = bounding_union(box, box_of(*stroke));
  Region all{box.left, box.top, {box.width(), box.height(), {}}};
  all.values.pixels.resize(std::size_t(box.width()) * box.height());
  for (const Region* stroke : strokes)
    for (int y = 0; y < stroke->values.height; ++y)
      for (int x = 0; x < stroke->values.width; ++x) {
        const std::size_t row = std::size_t(y + stroke->top - box.top) * box.width();
        float& value = all.values.pixels[row + x + stroke->left - box.left];
        value = std::max(value, stroke->values.at(x, y));
      }
  return all;
}

/// Divides the strokes of a line, ordered by their left edges, into digits.
class StrokeLineReader {
 public:
  StrokeLineReader(Recognizer& recognizer, std::vector<const Region*> strokes)
      : recognizer_(recognizer), strokes_(std::move(strokes)) {
    std::ranges::stable_sort(strokes_, {}, &Region::left);
    for (const Region* stroke : strokes_) tallest_ = std::max(tallest_, stroke->values.height);
  }

  /// The line; nothing where its strokes are too far apart to make digits.
  Result<std::optional<Line>> read() {
    SegmentationGraph graph{strokes_.size() + 1, {}};
    for (std::size_t end = 1; end <= strokes_.size(); ++end)
      for (std::size_t begin = end; begin-- > 0 && end - begin <= kMaxStrokesPerDigit;)
        if (auto added = add_arc(graph, begin, end); !added) return tl::unexpected(added.error());
    const std::vector<SegmentationPath> paths = best_paths(graph, recognizer_.card(), 2);
    if (paths.empty()) return std::nullopt;
    Line line;
    for (const std::size_t arc : paths.front().arcs)
      line.digits.push_back(std::move(graph.arcs[arc].digit));
    line.is_certain = paths.size() < 2 || paths[0].score - paths[1].score > kMinMargin;
    return line;
  }

 private:
  /// Adds the strokes [begin, end) to the graph, if they can be one digit.
  Result<void> add_arc(SegmentationGraph& graph, std::size_t begin, std::size_t end) {
    const std::vector<const Region*> selected(strokes_.begin() + std::ptrdiff_t(begin),
                                              strokes_.begin() + std::ptrdiff_t(end));
    int right = box_of(*selected.front()).right;
    for (const Region* stroke : selected) {
      if (float(stroke->left - right) > kMaxGap * float(tallest_)) return {};
      right = std::max(right, box_of(*stroke).right);
    }
    const Region ink = united(selected);
    Result<Recognition> answer =
        recognizer_.recognize(to_network_input(ink.values, InputMode::kInk));
    if (!answer) return tl::unexpected(answer.error());
    // The share of the output for no digit is spread over all classes.
    const float least = *std::ranges::min_element(answer->probabilities);
    float penalty =
        std::log(answer->confidence / std::max(answer->confidence - least, kMinShare));
    if (float(ink.values.height) < kMinHeight * float(tallest_)) penalty += kPenalty;
    graph.arcs.push_back({begin, end, penalty, {std::move(*answer), box_of(ink)}});
    return {};
  }

  Recognizer& recognizer_;
  std::vector<const Region*> strokes_;
  int tallest_ = 0;
};

/// Reads the lines that the strokes stand in; nothing where they make no digits.
Result<std::optional<Reading>> read_by_strokes(Recognizer& recognizer,
                                               const std::vector<Region>& strokes) {
  std::vector<Box> boxes;
  boxes.reserve(strokes.size());
  for (const Region& stroke : strokes) boxes.push_back(box_of(stroke));
  const TextLines found = find_text_lines(boxes);
  Reading reading;
  reading.is_complete = found.unassigned.empty() && found.touching.empty();
  for (const std::vector<int>& line : found.lines) {
    std::vector<const Region*> selected;
    selected.reserve(line.size());
    for (const int stroke : line) selected.push_back(&strokes[stroke]);
    Result<std::optional<Line>> read = StrokeLineReader(recognizer, std::move(selected)).read();
    if (!read) return tl::unexpected(read.error());
    if (!*read) return std::nullopt;
    reading.lines.push_back(std::move(**read));
  }
  if (reading.lines.empty()) return std::nullopt;
  return reading;
}

}  // namespace

GrayImage draw_strokes(std::span<const PenStroke> strokes, int width, int height) {
  GrayImage image{width, height, std::vector<std::uint8_t>(std::size_t(width) * height, 255)};
  for (const PenStroke& stroke : strokes) {
    if (stroke.empty()) continue;
    const Region ink = ink_of(stroke, width, height);
    for (int y = 0; y < ink.values.height; ++y)
      for (int x = 0; x < ink.values.width; ++x) {
        std::uint8_t& level =
            image.pixels[std::size_t(y + ink.top) * width + std::size_t(x + ink.left)];
        const auto drawn =
            static_cast<std::uint8_t>(std::lround(255 * (1 - ink.values.at(x, y))));
        level = std::min(level, drawn);
      }
  }
  return image;
}

Result<std::optional<Reading>> read_strokes(Recognizer& recognizer, const GrayImage& image,
                                            std::span<const PenStroke> strokes) {
  Result<std::optional<Reading>> seen = read_number(recognizer, image);
  if (!seen || !*seen || (*seen)->accepted()) return seen;
  const ModelCard& card = recognizer.card();
  if (!are_digits(card.labels) || card.input_mode != InputMode::kInk) return seen;
  std::vector<Region> inks;
  for (const PenStroke& stroke : strokes) {
    if (stroke.empty()) continue;
    Region ink = ink_of(stroke, image.width, image.height);
    const auto is_ink = [](float value) { return value > 0; };
    if (std::ranges::any_of(ink.values.pixels, is_ink)) inks.push_back(std::move(ink));
  }
  if (inks.size() < 2 || inks.size() > kMaxStrokes) return seen;
  Result<std::optional<Reading>> read = read_by_strokes(recognizer, inks);
  if (!read || !*read) return read ? seen : read;
  const bool is_better =
      (*read)->accepted() || (*read)->confidence() > (*seen)->confidence();
  return is_better ? read : seen;
}

}  // namespace numeral
