#include "core/segmentation/signs.h"

#include <algorithm>
#include <cstdlib>

namespace numeral {
namespace {

// Lengths are fractions of the tallest part's height.

/// Lower parts are no digits.
constexpr float kMaxHeight = 0.35f;

/// A smaller part is dirt.
constexpr float kMinSize = 0.05f;

/// A point or comma is at most so wide. Its middle is below this fraction of its neighbour's
/// height.
constexpr float kMaxPointWidth = 0.35f;
constexpr float kFoot = 0.75f;

/// A minus is so wide, wider than high by kMinFlatness, and between these fractions of its
/// neighbour's height.
constexpr float kMinMinusWidth = 0.15f, kMaxMinusWidth = 1.2f;
constexpr float kMinFlatness = 1.5f;
constexpr float kMinusTop = 0.25f, kMinusBottom = 0.75f;

bool is_sign(const Box& part, const Box& neighbour, float tallest) {
  const float width = float(part.width()) / tallest, height = float(part.height()) / tallest;
  if (std::max(width, height) < kMinSize) return false;
  const float middle = float(part.top + part.bottom) / 2;
  const float place = (middle - float(neighbour.top)) / float(neighbour.height());
  const bool is_point = width <= kMaxPointWidth && place >= kFoot;
  const bool is_minus = width >= kMinMinusWidth && width <= kMaxMinusWidth &&
                        width >= kMinFlatness * height && place >= kMinusTop &&
                        place <= kMinusBottom;
  return is_point || is_minus;
}

}  // namespace

bool has_sign(const std::vector<Box>& parts) {
  int tallest = 0;
  for (const Box& part : parts) tallest = std::max(tallest, part.height());
  std::vector<Box> small, large;
  for (const Box& part : parts)
    (float(part.height()) < kMaxHeight * float(tallest) ? small : large).push_back(part);
  if (small.size() > large.size()) return false;
  return std::ranges::any_of(small, [&](const Box& part) {
    const auto distance = [&](const Box& other) {
      return std::abs(other.left + other.right - part.left - part.right);
    };
    const Box& neighbour = *std::ranges::min_element(large, {}, distance);
    return is_sign(part, neighbour, float(tallest));
  });
}

}  // namespace numeral
