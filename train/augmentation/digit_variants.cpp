#include "train/augmentation/digit_variants.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>

#include "train/augmentation/digit_forms_json.h"

namespace numeral {
namespace {

/// The picture of a varied form, and the longer side of the digit on it, in pixels.
constexpr int kSide = 80;
constexpr float kDigitSide = 56;

/// The height of a form in the table.
constexpr float kFormHeight = 100;

/// How far a control point moves at most, in hundredths of the height.
constexpr float kMaxMove = 10;

/// By how much of its length the last part of a stroke is shortened or lengthened.
constexpr float kMaxShortening = 0.25f;
constexpr float kMaxLengthening = 0.5f;

constexpr float kMaxRotation = 10 * std::numbers::pi_v<float> / 180;
constexpr float kMaxLeftSlant = 0.2f;
constexpr float kMaxRightSlant = 0.45f;  // most people are right-handed
constexpr float kMaxSquash = 1.5f;       // of the width

/// Some digits are squashed more, as where a picture was scaled to a square.
constexpr float kStrongSquashShare = 0.15f;
constexpr float kMaxStrongSquash = 2.4f;

/// The pen's width, as a share of the digit's longer side.
constexpr float kMinPen = 0.035f;
constexpr float kMaxPen = 0.17f;

/// Points of the curve between two control points.
constexpr int kSteps = 5;

bool same(Point a, Point b) { return a.x == b.x && a.y == b.y; }

/// A point of the Catmull-Rom spline between `b` and `c`, 0 <= t <= 1. Catmull, Rom, "A class of
/// local interpolating splines", 1974.
Point catmull_rom(Point a, Point b, Point c, Point d, float t) {
  const auto along = [t](float p, float q, float r, float s) {
    return 0.5f *
           (2 * q + t * (r - p + t * (2 * p - 5 * q + 4 * r - s + t * (3 * (q - r) + s - p))));
  };
  return {along(a.x, b.x, c.x, d.x), along(a.y, b.y, c.y, d.y)};
}

/// The smooth curve through `points`.
void append_curve(Polyline& curve, std::span<const Point> points) {
  const auto at = [&](std::ptrdiff_t i) {
    return points[std::clamp<std::ptrdiff_t>(i, 0, std::ssize(points) - 1)];
  };
  for (std::ptrdiff_t i = 0; i + 1 < std::ssize(points); ++i)
    for (int step = 0; step < kSteps; ++step)
      curve.push_back(
          catmull_rom(at(i - 1), at(i), at(i + 1), at(i + 2), float(step) / float(kSteps)));
  curve.push_back(points.back());
}

/// A stroke's curve: smooth but at its corners, where a control point stands twice.
Polyline curve_of(const Polyline& stroke) {
  Polyline curve;
  std::size_t start = 0;
  for (std::size_t i = 1; i <= stroke.size(); ++i) {
    if (i < stroke.size() && !same(stroke[i], stroke[i - 1])) continue;
    append_curve(curve, std::span(stroke).subspan(start, i - start));
    start = i;
  }
  return curve;
}

struct Bounds {
  Point low{1e9f, 1e9f}, high{-1e9f, -1e9f};
};

Bounds bounds_of(const std::vector<Polyline>& strokes) {
  Bounds bounds;
  for (const Polyline& stroke : strokes)
    for (const Point p : stroke) {
      bounds.low = {std::min(bounds.low.x, p.x), std::min(bounds.low.y, p.y)};
      bounds.high = {std::max(bounds.high.x, p.x), std::max(bounds.high.y, p.y)};
    }
  return bounds;
}

/// Draws curves in the middle of a picture, their longer side `size` pixels, with a pen of `pen`
/// pixels.
GrayImage draw(std::vector<Polyline> curves, int side, float size, float pen) {
  const auto [low, high] = bounds_of(curves);
  const float scale = size / std::max(high.x - low.x, high.y - low.y);
  const float middle = float(side) / 2;
  GrayImage image = black_image(side, side);
  for (Polyline& curve : curves) {
    for (Point& p : curve)
      p = {middle + (p.x - (low.x + high.x) / 2) * scale,
           middle + (p.y - (low.y + high.y) / 2) * scale};
    draw_line(image, curve, pen);
  }
  return image;
}

/// Moves the control points at random, by up to `reach` each. A corner stays a corner.
void move_points(Polyline& stroke, float reach, Random& random) {
  Polyline moved;
  for (std::size_t i = 0; i < stroke.size(); ++i) {
    if (i > 0 && same(stroke[i], stroke[i - 1]))
      moved.push_back(moved.back());
    else
      moved.push_back({stroke[i].x + random.uniform(-reach, reach),
                       stroke[i].y + random.uniform(-reach, reach)});
  }
  stroke = moved;
}

/// Shortens or lengthens the last part of a stroke.
void change_end(Polyline& stroke, Random& random) {
  const float change = random.uniform(-kMaxShortening, kMaxLengthening);
  Point& end = stroke.back();
  const Point before = stroke[stroke.size() - 2];
  end = {end.x + (end.x - before.x) * change, end.y + (end.y - before.y) * change};
}

float random_width(Random& random) {
  const float max_squash = random.chance(kStrongSquashShare) ? kMaxStrongSquash : kMaxSquash;
  return std::exp(random.uniform(-1, 1) * std::log(max_squash));
}

/// A squash of the width, then a slant, then a rotation.
struct Slant {
  float width, shear, cosine, sine;

  explicit Slant(Random& random)
      : width(random_width(random)), shear(random.uniform(-kMaxLeftSlant, kMaxRightSlant)) {
    const float angle = random.uniform(-kMaxRotation, kMaxRotation);
    cosine = std::cos(angle);
    sine = std::sin(angle);
  }

  Point operator()(Point p) const {
    const float x = p.x * width - (p.y - kFormHeight / 2) * shear, y = p.y;
    return {x * cosine - y * sine, x * sine + y * cosine};
  }
};

std::vector<DigitForm> parse_forms() {
  std::vector<DigitForm> forms;
  const nlohmann::json table = nlohmann::json::parse(kDigitFormsJson);
  for (const auto& entry : table.at("forms")) {
    DigitForm form{entry.at("digit"), entry.at("name"), entry.at("share"), entry.at("where"), {}};
    for (const auto& stroke : entry.at("strokes")) {
      Polyline& points = form.strokes.emplace_back();
      for (const auto& point : stroke) points.push_back({point.at(0), point.at(1)});
    }
    forms.push_back(std::move(form));
  }
  return forms;
}

}  // namespace

const std::vector<DigitForm>& digit_forms() {
  static const std::vector<DigitForm> forms = parse_forms();
  return forms;
}

GrayImage draw_digit_form(const DigitForm& form, float width, int side) {
  const float size = float(side) * kDigitSide / kSide;
  std::vector<Polyline> curves;
  curves.reserve(form.strokes.size());
  for (const Polyline& stroke : form.strokes) curves.push_back(curve_of(stroke));
  return draw(std::move(curves), side, size, width / kFormHeight * size);
}

GrayImage draw_digit_form(const DigitForm& form, Random& random) {
  const float reach = random.uniform(0, kMaxMove);
  const Slant slant(random);
  std::vector<Polyline> curves;
  for (Polyline stroke : form.strokes) {
    move_points(stroke, reach, random);
    change_end(stroke, random);
    for (Point& p : stroke) p = slant(p);
    curves.push_back(curve_of(stroke));
  }
  const float pen = kMinPen * std::exp(random.uniform(0, 1) * std::log(kMaxPen / kMinPen));
  return draw(std::move(curves), kSide, kDigitSide, pen * kDigitSide);
}

GrayImage draw_digit_variant(int digit, Random& random) {
  float total = 0;
  for (const DigitForm& form : digit_forms()) total += form.digit == digit ? form.share : 0;
  float left = random.uniform(0, total);
  const DigitForm* chosen = nullptr;
  for (const DigitForm& form : digit_forms()) {
    if (form.digit != digit) continue;
    chosen = &form;
    left -= form.share;
    if (left < 0) break;
  }
  return draw_digit_form(*chosen, random);
}

}  // namespace numeral
