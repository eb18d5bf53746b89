#include "core/segmentation/signs.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>

namespace numeral {
namespace {

// Lengths are fractions of the tallest part's height.

/// Lower parts are no digits.
constexpr float kMaxHeight = 0.35f;

/// A smaller part is dirt, and so is one that is smaller than this fraction of the pen's width.
constexpr float kMinSize = 0.05f;
constexpr float kMinSizeOfPen = 0.7f;

/// A point or comma is at most so wide. Its middle is below this fraction of its neighbour's
/// height.
constexpr float kMaxPointWidth = 0.35f;
constexpr float kFoot = 0.75f;

/// A comma is higher than wide by this factor; or it is higher than kMinComma and reaches below its
/// neighbour by kMinDescent.
constexpr float kMinCommaAspect = 1.4f;
constexpr float kMinComma = 0.18f;
constexpr float kMinDescent = 0.06f;

/// A minus is so wide, wider than high by kMinFlatness, and between these fractions of its
/// neighbour's height.
constexpr float kMinMinusWidth = 0.15f, kMaxMinusWidth = 1.2f;
constexpr float kMinFlatness = 1.5f;
constexpr float kMinusTop = 0.25f, kMinusBottom = 0.75f;

/// A slash's slope, as columns for each row: at least, and more than that of the other parts by.
constexpr float kMinSlashSlope = 0.22f;
constexpr float kMinSlashLean = 0.15f;

/// A straight line has at most this many times the width that its area and length say.
constexpr float kMaxBend = 1.35f;

/// A slash has at least this fraction of the highest other part's height.
constexpr float kMinSlashHeight = 1;

/// The slopes that are tried for the lean of a part.
constexpr float kMinLean = -0.3f, kLeanStep = 0.05f;
constexpr int kLeanSteps = 18;

int gap_between(int begin, int end, int other_begin, int other_end) {
  return std::max({0, other_begin - end, begin - other_end});
}

std::optional<Sign> sign_of(const Box& part, const Box& neighbour, float tallest, float pen) {
  const float width = float(part.width()) / tallest, height = float(part.height()) / tallest;
  if (std::max(width, height) < std::max(kMinSize, kMinSizeOfPen * pen / tallest))
    return std::nullopt;
  const float middle = float(part.top + part.bottom) / 2;
  const float place = (middle - float(neighbour.top)) / float(neighbour.height());
  if (width >= kMinMinusWidth && width <= kMaxMinusWidth && width >= kMinFlatness * height &&
      place >= kMinusTop && place <= kMinusBottom)
    return Sign::kMinus;
  if (width > kMaxPointWidth || place < kFoot) return std::nullopt;
  const float descent = float(part.bottom - neighbour.bottom) / tallest;
  const bool is_comma =
      height >= kMinCommaAspect * width || (height >= kMinComma && descent >= kMinDescent);
  return is_comma ? Sign::kComma : Sign::kPoint;
}

/// How far ink leans to the right, as columns for each row: the shear that puts most of it into few
/// columns.
float lean_of(const FloatImage& ink) {
  float best = 0, most = 0;
  for (int step = 0; step <= kLeanSteps; ++step) {
    const float lean = kMinLean + float(step) * kLeanStep;
    const int reach = static_cast<int>(std::ceil(std::abs(lean) * float(ink.height)));
    std::vector<float> columns(std::size_t(ink.width) + 2 * std::size_t(reach) + 1);
    for (int y = 0; y < ink.height; ++y) {
      // What leans to the right is further left below.
      const int shift = static_cast<int>(std::lround(lean * (float(y) - float(ink.height) / 2)));
      for (int x = 0; x < ink.width; ++x) columns[x + shift + reach] += ink.at(x, y);
    }
    float sum = 0;
    for (const float column : columns) sum += column * column;
    if (sum > most) most = sum, best = lean;
  }
  return best;
}

/// The slope of a straight line, as columns for each row; nothing where it is none.
std::optional<float> slope_of_line(const FloatImage& ink) {
  double mass = 0, x_sum = 0, y_sum = 0;
  for (int y = 0; y < ink.height; ++y)
    for (int x = 0; x < ink.width; ++x) {
      const double value = ink.at(x, y);
      mass += value;
      x_sum += value * x;
      y_sum += value * y;
    }
  double xx = 0, xy = 0, yy = 0;
  for (int y = 0; y < ink.height; ++y)
    for (int x = 0; x < ink.width; ++x) {
      const double value = ink.at(x, y) / mass, dx = x - x_sum / mass, dy = y - y_sum / mass;
      xx += value * dx * dx;
      xy += value * dx * dy;
      yy += value * dy * dy;
    }
  // The variance along the line, and across it. That of a rectangle is a twelfth of its square
  // side.
  const double mean = (xx + yy) / 2, radius = std::hypot((xx - yy) / 2, xy);
  const double length = std::sqrt(12 * (mean + radius));
  const double width = std::sqrt(12 * std::max(0.0, mean - radius));
  if (width > kMaxBend * mass / length || 3 * width > length || yy == 0) return std::nullopt;
  return static_cast<float>(-xy / yy);
}

}  // namespace

std::vector<FoundSign> find_signs(const std::vector<Box>& parts, float pen) {
  int tallest = 0;
  for (const Box& part : parts) tallest = std::max(tallest, part.height());
  const auto is_small = [&](const Box& part) {
    return float(part.height()) < kMaxHeight * float(tallest);
  };
  std::vector<Box> large;
  for (const Box& part : parts)
    if (!is_small(part)) large.push_back(part);
  if (parts.size() > 2 * large.size()) return {};
  std::vector<FoundSign> signs;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const Box& part = parts[i];
    if (!is_small(part)) continue;
    const auto distance = [&](const Box& other) {
      return std::hypot(gap_between(part.left, part.right, other.left, other.right),
                        gap_between(part.top, part.bottom, other.top, other.bottom));
    };
    const Box& neighbour = *std::ranges::min_element(large, {}, distance);
    if (const auto sign = sign_of(part, neighbour, float(tallest), pen))
      signs.push_back({i, *sign});
  }
  return signs;
}

bool has_slash(const std::vector<FloatImage>& parts) {
  for (std::size_t i = 1; i + 1 < parts.size(); ++i) {
    const FloatImage& part = parts[i];
    if (part.height < 2 * part.width) continue;
    int tallest = 0;
    for (std::size_t k = 0; k < parts.size(); ++k)
      if (k != i) tallest = std::max(tallest, parts[k].height);
    if (float(part.height) < kMinSlashHeight * float(tallest)) continue;
    const std::optional<float> slope = slope_of_line(part);
    if (!slope || *slope < kMinSlashSlope) continue;
    const auto leans_less = [&](const FloatImage& other) {
      return lean_of(other) <= *slope - kMinSlashLean;
    };
    const auto others = std::ranges::count_if(parts, leans_less);
    if (2 * others >= std::ssize(parts) - 1) return true;
  }
  return false;
}

bool is_decimal(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const std::size_t point = text.find_first_not_of('0');
  if (point == std::string_view::npos) return !text.empty();
  const std::string_view fraction = text.substr(point + 1);
  return point > 0 && text[point] != '-' && !fraction.empty() &&
         fraction.find_first_not_of('0') == std::string_view::npos;
}

}  // namespace numeral
