#include "train/augmentation/ink_transform.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "train/augmentation/bilinear.h"
#include "train/augmentation/rasterizer.h"
#include "train/augmentation/stroke_effects.h"

namespace numeral {
namespace {

/// The side of the canvas, and the part of it that the digit's picture covers before it is
/// transformed.
constexpr int kCanvas = 72;
constexpr float kCovered = 46;

/// The largest distortions. They are so small that the class stays the same: a 6 that is turned
/// much further becomes a 9.
constexpr float kMaxRotation = 9 * std::numbers::pi_v<float> / 180;
constexpr float kMaxShear = 0.15f;
constexpr float kMaxSquash = 1.2f;
constexpr float kMaxBend = 1.0f;  // in pixels of the digit

/// Some digits are squashed more, as on a narrow screen or where a picture was scaled to a square:
/// to about a third.
constexpr float kStrongSquashShare = 0.10f;
constexpr float kMaxStrongSquash = 1.75f;

/// The jitter of a mouse: displacements that change within a few pixels.
constexpr float kJitteredShare = 0.15f;
constexpr float kMaxJitter = 0.5f;  // in pixels of the digit

/// The share of pictures that are only preprocessed.
constexpr float kUnchangedShare = 0.45f;

/// Maps positions on the canvas to positions in the picture, both relative to the middle.
struct LinearMap {
  Point x, y;  ///< the images of the unit vectors

  Point operator()(Point v) const { return {x.x * v.x + y.x * v.y, x.y * v.x + y.y * v.y}; }
};

LinearMap random_map(const GrayImage& digit, Random& random) {
  const float angle = random.uniform(-kMaxRotation, kMaxRotation);
  const float shear = random.uniform(-kMaxShear, kMaxShear);
  const float max_squash = random.chance(kStrongSquashShare) ? kMaxStrongSquash : kMaxSquash;
  const float squash = std::exp(random.uniform(-1, 1) * std::log(max_squash));
  const float step = float(std::max(digit.width, digit.height)) / kCovered;
  const float cosine = std::cos(angle) * step, sine = std::sin(angle) * step;
  // The product of a rotation, a shear along x, and a squash of one axis that stretches the other.
  return {{cosine * squash, sine * squash},
          {(cosine * shear - sine) / squash, (sine * shear + cosine) / squash}};
}

/// An elastic transform: random displacements of up to `max` pixels of the digit on a grid of
/// `Side` x `Side` points over the canvas, interpolated between them. After Simard, Steinkraus,
/// Platt, "Best practices for convolutional neural networks applied to visual document analysis",
/// 2003.
template <int Side>
class Displacement {
 public:
  Displacement(float max, Random& random) {
    for (Point& v : grid_) v = {random.uniform(-max, max), random.uniform(-max, max)};
  }

  Point at(int x, int y) const {
    const float grid_x = float(x) * (Side - 1) / kCanvas;
    const float grid_y = float(y) * (Side - 1) / kCanvas;
    const int column = static_cast<int>(grid_x), row = static_cast<int>(grid_y);
    const float u = grid_x - float(column), v = grid_y - float(row);
    const Point* corner = &grid_[std::size_t(row) * Side + column];
    return {
        lerp(lerp(corner[0].x, corner[1].x, u), lerp(corner[Side].x, corner[Side + 1].x, u), v),
        lerp(lerp(corner[0].y, corner[1].y, u), lerp(corner[Side].y, corner[Side + 1].y, u), v)};
  }

 private:
  // Not std::lerp, which rounds differently: the augmentation would change.
  static float lerp(float a, float b, float weight) { return a + (b - a) * weight; }

  std::array<Point, std::size_t(Side) * Side> grid_;
};

/// The picture's value, 0 to 1, at a position between its pixels; 0 outside.
float sample(const GrayImage& image, float x, float y) {
  if (x < -1 || y < -1 || x >= float(image.width) || y >= float(image.height)) return 0;
  return bilinear(x, y, [&](int column, int row) -> float {
    const bool is_inside = column >= 0 && row >= 0 && column < image.width && row < image.height;
    return is_inside ? float(image.at(column, row)) / 255 : 0;
  });
}

/// Blurs with the binomial kernel 1-2-1 in both directions. The slope around the strokes lets the
/// ink level change the width of the pen.
GrayImage binomial_blur(const GrayImage& image) {
  GrayImage result = image;
  const auto value = [&](int x, int y) -> int {
    return x >= 0 && y >= 0 && x < image.width && y < image.height ? image.at(x, y) : 0;
  };
  for (int y = 0; y < image.height; ++y)
    for (int x = 0; x < image.width; ++x) {
      int sum = 0;
      for (int dy = -1; dy <= 1; ++dy)
        for (int dx = -1; dx <= 1; ++dx)
          sum += value(x + dx, y + dy) * (2 - std::abs(dx)) * (2 - std::abs(dy));
      result.pixels[std::size_t(y) * image.width + x] = static_cast<std::uint8_t>(sum / 16);
    }
  return result;
}

}  // namespace

GrayImage transform_ink(const GrayImage& digit, Random& random) {
  const LinearMap map = random_map(digit, random);
  const Displacement<5> bend(random.uniform(0, kMaxBend), random);
  const bool jittered = random.chance(kJitteredShare);
  const Displacement<19> jitter(jittered ? random.uniform(0, kMaxJitter) : 0, random);
  // Ink is where the picture is above this level: a low one gives thick strokes, a high one thin.
  const bool soft = random.chance(0.5f);
  const float level = soft ? random.uniform(0.15f, 0.55f) : random.uniform(0.25f, 0.75f);
  constexpr float kSlope = 4;  // of the ink's edge: about one canvas pixel of grey
  const GrayImage source = soft ? binomial_blur(digit) : digit;
  const Point centre{float(digit.width - 1) / 2, float(digit.height - 1) / 2};

  GrayImage canvas{kCanvas, kCanvas, std::vector<std::uint8_t>(std::size_t(kCanvas) * kCanvas)};
  for (int y = 0; y < kCanvas; ++y)
    for (int x = 0; x < kCanvas; ++x) {
      const Point moved = map({float(x) - kCanvas / 2.0f, float(y) - kCanvas / 2.0f});
      const Point bent = bend.at(x, y);
      const Point shaken = jittered ? jitter.at(x, y) : Point{};
      const float value = sample(source, centre.x + moved.x + bent.x + shaken.x,
                                 centre.y + moved.y + bent.y + shaken.y);
      const float ink = std::clamp((value - level) * kSlope + 0.5f, 0.0f, 1.0f);
      canvas.pixels[std::size_t(y) * kCanvas + x] = static_cast<std::uint8_t>(ink * 255);
    }
  return canvas;
}

std::optional<NetworkInput> augment_ink(const GrayImage& digit, Random& random) {
  if (!random.chance(kUnchangedShare)) {
    GrayImage drawn = transform_ink(digit, random);
    add_stroke_effects(drawn, random);
    // A thin pen can lose a faint digit: then it stays unchanged.
    if (const std::optional<NetworkInput> redrawn = preprocess(drawn)) return redrawn;
  }
  return preprocess(digit);
}

NetworkInput random_shift(const NetworkInput& input, Random& random) {
  const int dx = random.below(3) - 1, dy = random.below(3) - 1;
  NetworkInput moved{};
  for (int y = std::max(0, -dy); y < kInputSize - std::max(0, dy); ++y)
    for (int x = std::max(0, -dx); x < kInputSize - std::max(0, dx); ++x)
      moved[std::size_t(y + dy) * kInputSize + std::size_t(x + dx)] =
          input[std::size_t(y) * kInputSize + std::size_t(x)];
  return moved;
}

}  // namespace numeral
