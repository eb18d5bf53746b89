#include "photo/read_picture.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "core/connected_components.h"
#include "core/labels.h"
#include "core/preprocess.h"

namespace numeral {
namespace {

/// The least longer side of a photograph, in pixels.
constexpr int kMinPhotoSide = 64;

/// Levels within this distance of the most common one, in levels of 255, are the background's: a
/// JPEG of a drawing has them.
constexpr int kMaxDeviation = 2;

/// Levels within this fraction of the contrast from the background's are paper, or a shadow on it,
/// rather than ink.
constexpr float kMaxPaper = 0.25f;

/// The largest fraction of a drawing's paper that is not its background: strokes have soft edges.
constexpr float kMaxTexture = 0.03f;

/// A digit that is taller than this, relative to its width, may be several, if its tallest
/// connected component has less than that fraction of its height.
constexpr float kMinStack = 1.5f;
constexpr float kMinTallest = 0.45f;

/// The least confidence of each digit of a picture that is turned, and of a digit alone. One that
/// lies as it should, but is not accepted, may be accepted as another digit when it is turned.
constexpr float kMinTurned = 0.99f;
constexpr float kMinTurnedAlone = 0.998f;

/// So many connected components that cannot be read are a scribble. Cleaning moves their edges by
/// kMaxEdge pixels at most.
constexpr std::size_t kMinScribble = 16;
constexpr int kMaxEdge = 2;

using MaybeReading = Result<std::optional<Reading>>;

bool is_accepted(const MaybeReading& reading) { return *reading && (*reading)->accepted(); }

/// The smallest box that contains all that is not white; empty where all is.
Box ink_box(const GrayImage& image) {
  Box box{image.width, image.height, 0, 0};
  for (int y = 0; y < image.height; ++y)
    for (int x = 0; x < image.width; ++x)
      if (image.at(x, y) < 255) box = bounding_union(box, {x, y, x + 1, y + 1});
  return box;
}

/// Cuts a box out, with a white margin of a pixel, so that no ink touches the border.
GrayImage cropped(const GrayImage& image, const Box& box) {
  GrayImage result{box.width() + 2, box.height() + 2, {}};
  result.pixels.resize(std::size_t(result.width) * result.height, 255);
  for (int y = box.top; y < box.bottom; ++y) {
    const auto row = image.pixels.begin() + std::ptrdiff_t(y) * image.width;
    std::copy(row + box.left, row + box.right,
              result.pixels.begin() + std::ptrdiff_t(y - box.top + 1) * result.width + 1);
  }
  return result;
}

/// The image after a quarter turn clockwise.
GrayImage turned(const GrayImage& image) {
  GrayImage result{image.height, image.width, {}};
  result.pixels.reserve(image.pixels.size());
  for (int x = 0; x < image.width; ++x)
    for (int y = image.height - 1; y >= 0; --y) result.pixels.push_back(image.at(x, y));
  return result;
}

/// Where a box was before the quarter turn that made the image `width` wide.
Box before_turn(const Box& box, int width) {
  return {box.top, width - box.right, box.bottom, width - box.left};
}

template <class Change>
void change_boxes(Reading& reading, Change change) {
  for (Line& line : reading.lines)
    for (PlacedDigit& digit : line.digits) digit.box = change(digit.box);
}

/// Whether a digit may rather be several, one above the other: it is tall, and none of the
/// connected components of its ink is large. A number that lies on its side looks like a dotted 1.
bool is_stack(const Box& digit, const Region& ink) {
  if (float(digit.height()) < kMinStack * float(digit.width())) return false;
  FloatImage part{digit.width(), digit.height(), {}};
  for (int y = digit.top - ink.top; y < digit.bottom - ink.top; ++y)
    for (int x = digit.left - ink.left; x < digit.right - ink.left; ++x)
      part.pixels.push_back(ink.values.at(x, y));
  int tallest = 0;
  for (const Box& component : find_connected_components(part).boxes)
    tallest = std::max(tallest, component.height());
  return float(tallest) < kMinTallest * float(digit.height());
}

/// Reads a photograph, clean or not, in which digits have no dots.
MaybeReading read_without_stacks(Recognizer& recognizer, const GrayImage& image,
                                 const ReadOptions& options) {
  MaybeReading reading = read_number(recognizer, image, options);
  if (!reading || !is_accepted(reading)) return reading;
  const std::optional<Region> ink = find_region(image, InputMode::kInk);
  for (const Line& line : (*reading)->lines)
    for (const PlacedDigit& digit : line.digits)
      if (ink && is_stack(digit.box, *ink)) (*reading)->is_complete = false;
  return reading;
}

/// Whether all digits are as confident as those of a turned picture must be.
bool is_confident(const Reading& reading) {
  const bool is_alone = reading.lines.size() == 1 && reading.lines[0].digits.size() == 1;
  const float least = is_alone ? kMinTurnedAlone : kMinTurned;
  return std::ranges::all_of(reading.lines, [&](const Line& line) {
    return std::ranges::all_of(
        line.digits, [&](const PlacedDigit& digit) { return digit.answer.confidence >= least; });
  });
}

/// Reads a clean photograph in the three other turns. Nothing where no turn is accepted, or two are
/// that read different things.
MaybeReading read_turned(Recognizer& recognizer, const GrayImage& clean,
                         const ReadOptions& options) {
  const Box box = ink_box(clean);
  GrayImage image = cropped(clean, box);
  std::array<int, 4> widths{image.width};
  std::optional<Reading> best;
  for (int turns = 1; turns < 4; ++turns) {
    image = turned(image);
    widths[turns] = image.width;
    MaybeReading reading = read_without_stacks(recognizer, image, options);
    if (!reading) return reading;
    if (!is_accepted(reading) || !is_confident(**reading)) continue;
    const ModelCard& card = recognizer.card();
    if (best && best->text(card) != (*reading)->text(card)) return std::nullopt;
    if (best && best->confidence() >= (*reading)->confidence()) continue;
    best = std::move(*reading);
    best->turned = 90 * turns;
    change_boxes(*best, [&](Box digit) {
      for (int turn = turns; turn > 0; --turn) digit = before_turn(digit, widths[turn]);
      const int x = box.left - 1, y = box.top - 1;
      return Box{digit.left + x, digit.top + y, digit.right + x, digit.bottom + y};
    });
  }
  return best;
}

/// Where the connected components of a picture's ink are.
std::vector<Box> parts_of(const GrayImage& image) {
  const std::optional<Region> ink = find_region(image, InputMode::kInk);
  if (!ink) return {};
  std::vector<Box> boxes = find_connected_components(ink->values).boxes;
  for (Box& box : boxes)
    box = {box.left + ink->left, box.top + ink->top, box.right + ink->left, box.bottom + ink->top};
  return boxes;
}

/// Whether two pictures have the same ink, but for its edges, and much of it. These may be what
/// makes a digit or not, but no number of a scribble.
bool are_same_scribble(const GrayImage& a, const GrayImage& b) {
  const std::vector<Box> boxes = parts_of(a);
  if (boxes.size() < kMinScribble) return false;
  const std::vector<Box> others = parts_of(b);
  const auto is_near = [](int x, int y) { return std::abs(x - y) <= kMaxEdge; };
  return boxes.size() == others.size() && std::ranges::all_of(boxes, [&](const Box& box) {
           return std::ranges::any_of(others, [&](const Box& other) {
             return is_near(box.left, other.left) && is_near(box.top, other.top) &&
                    is_near(box.right, other.right) && is_near(box.bottom, other.bottom);
           });
         });
}

/// Reads a picture of digits.
MaybeReading read_digits(Recognizer& recognizer, const Picture& picture,
                         const ReadOptions& options) {
  std::optional<CleanPhoto> cleaned;
  const auto clean = [&]() -> const CleanPhoto& {
    if (picture.clean) return *picture.clean;
    if (!cleaned) cleaned = clean_photo(picture.image);
    return *cleaned;
  };
  const bool cleans_first = is_photo(picture.image);
  const auto read = [&](bool cleans) {
    if (!cleans)
      return cleans_first ? read_without_stacks(recognizer, picture.image, options)
                          : read_number(recognizer, picture.image, options);
    MaybeReading reading = read_without_stacks(recognizer, clean().image, options);
    if (reading && *reading && !clean().is_complete) (*reading)->is_complete = false;
    return reading;
  };
  MaybeReading first = read(cleans_first);
  if (!first || is_accepted(first)) return first;
  // Reading it a second time would change nothing.
  if (!cleans_first && (!clean().is_complete || are_same_scribble(picture.image, clean().image)))
    return first;
  MaybeReading other = read(!cleans_first);
  if (!other || is_accepted(other)) return other;
  if (!cleans_first || !*first || !clean().is_complete) return first;
  MaybeReading sideways = read_turned(recognizer, clean().image, options);
  return !sideways || *sideways ? std::move(sideways) : std::move(first);
}

}  // namespace

bool is_photo(const GrayImage& image) {
  if (std::max(image.width, image.height) < kMinPhotoSide) return false;
  std::array<std::size_t, 256> counts{};
  for (const std::uint8_t level : image.pixels) ++counts[level];
  const auto background =
      static_cast<int>(std::max_element(counts.begin(), counts.end()) - counts.begin());
  int contrast = 0;
  for (int level = 0; level < 256; ++level)
    if (counts[level] > 0) contrast = std::max(contrast, std::abs(level - background));
  std::size_t paper = 0, texture = 0;
  for (int level = 0; level < 256; ++level) {
    const int deviation = std::abs(level - background);
    if (float(deviation) > kMaxPaper * float(contrast)) continue;
    paper += counts[level];
    if (deviation > kMaxDeviation) texture += counts[level];
  }
  return float(texture) > kMaxTexture * float(paper);
}

Result<std::optional<Reading>> read_picture(Recognizer& recognizer, const Picture& picture,
                                            const ReadOptions& options) {
  const ModelCard& card = recognizer.card();
  MaybeReading reading = are_digits(card.labels) && card.input_mode == InputMode::kInk
                             ? read_digits(recognizer, picture, options)
                             : read_as_one(recognizer, picture.image, options);
  if (!reading || !*reading) return reading;
  // Rounded outwards.
  const auto from = [](int at, int size, int small) {
    return static_cast<int>(std::int64_t(at) * size / small);
  };
  const auto to = [](int at, int size, int small) {
    return static_cast<int>((std::int64_t(at) * size + small - 1) / small);
  };
  const GrayImage& image = picture.image;
  change_boxes(**reading, [&](const Box& box) {
    return Box{
        from(box.left, picture.width, image.width), from(box.top, picture.height, image.height),
        to(box.right, picture.width, image.width), to(box.bottom, picture.height, image.height)};
  });
  return reading;
}

}  // namespace numeral
