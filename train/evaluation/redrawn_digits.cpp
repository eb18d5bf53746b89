#include "train/evaluation/redrawn_digits.h"

#include <algorithm>

#include "train/base/random.h"

namespace numeral {
namespace {

constexpr float kCanvas = 280;

/// The brush where the kind is not about the brush, in pixels.
constexpr float kUsualBrush = 14;

DrawingKind kind(std::string group, std::string what, float brush, float size = 1,
                 float squash_x = 1, float squash_y = 1) {
  Redrawing redrawing;
  redrawing.size = size;
  // A canvas has one brush for all sizes; Redrawing shrinks it with the digit.
  redrawing.brush = brush / size;
  redrawing.squash_x = squash_x;
  redrawing.squash_y = squash_y;
  return {std::move(group), std::move(what), redrawing};
}

/// `redrawing` at a random place on the canvas.
Redrawing placed(Redrawing redrawing, Random& random) {
  redrawing.left = random.uniform(0, kCanvas * (1 - redrawing.size * redrawing.squash_x));
  redrawing.top = random.uniform(0, kCanvas * (1 - redrawing.size * redrawing.squash_y));
  return redrawing;
}

}  // namespace

std::vector<DrawingKind> drawing_kinds() {
  return {kind("Brush", "8 px", 8),
          kind("Brush", "14 px", 14),
          kind("Brush", "20 px", 20),
          kind("Brush", "28 px", 28),
          kind("Size", "60 %", kUsualBrush, 0.6f),
          kind("Size", "30 %", kUsualBrush, 0.3f),
          kind("Squashed", "to 1/2 of the width", kUsualBrush, 1, 1.0f / 2, 1),
          kind("Squashed", "to 1/3 of the width", kUsualBrush, 1, 1.0f / 3, 1),
          kind("Squashed", "to 1/2 of the height", kUsualBrush, 1, 1, 1.0f / 2),
          kind("Squashed", "to 1/3 of the height", kUsualBrush, 1, 1, 1.0f / 3)};
}

Result<std::vector<DrawingResult>> accuracy_by_drawing(Recognizer& recognizer,
                                                       const IdxDataset& digits,
                                                       std::size_t sample) {
  const std::vector<DrawingKind> kinds = drawing_kinds();
  std::vector<DrawingResult> results;
  results.reserve(kinds.size());
  for (const DrawingKind& each : kinds) results.push_back({each.group, each.what});

  sample = std::min(sample, digits.count());
  for (std::size_t i = 0; i < sample; ++i) {
    const std::size_t index = i * digits.count() / sample;
    Random random(0, 0, index);
    std::vector<Redrawing> redrawings;
    redrawings.reserve(kinds.size());
    for (const DrawingKind& each : kinds) redrawings.push_back(placed(each.redrawing, random));
    const std::vector<GrayImage> drawings = redraw_with_brush(digits.image(index), redrawings);
    for (std::size_t k = 0; k < kinds.size(); ++k) {
      const auto answer = recognizer.recognize(drawings[k]);
      if (!answer) return tl::unexpected(answer.error());
      ++results[k].total;
      results[k].correct += *answer && (*answer)->digit == digits.labels[index];
    }
  }
  return results;
}

}  // namespace numeral
