#include "train/augmentation/ink_transform.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "train/augmentation/stroke_effects.h"

namespace numeral {
namespace {

/// Side of the canvas on which digits are redrawn, and what of it the digit's own picture fills
/// before it is distorted.
constexpr int kCanvas = 72;
constexpr float kFilled = 46;

/// How far a digit is distorted at most. The figures keep digits what they are: a 6 turned by
/// much more would be on its way to a 9.
constexpr float kMaxRotation = 9 * std::numbers::pi_v<float> / 180;
constexpr float kMaxShear = 0.15f;
constexpr float kMaxSquash = 1.2f;
constexpr float kMaxBend = 1.0f;  // in MNIST pixels

/// Sometimes a digit is squashed as on a narrow screen, to about a third.
constexpr float kStrongSquash = 0.05f;
constexpr float kMaxStrongSquash = 1.75f;

/// A mouse's jitter: displacements that change within a few pixels.
constexpr float kJittered = 0.15f;
constexpr float kMaxJitter = 0.5f;  // in MNIST pixels

/// The shares of pictures that are only preprocessed, or that something happens to.
constexpr float kUntouched = 0.25f;
constexpr float kBroken = 0.04f;
constexpr float kDotted = 0.02f;

struct Vector {
  float x = 0, y = 0;
};

/// Maps canvas positions (relative to the centre) to picture positions, likewise.
struct LinearMap {
  Vector x, y;  ///< where the unit vectors go

  Vector operator()(Vector v) const { return {x.x * v.x + y.x * v.y, x.y * v.x + y.y * v.y}; }
};

LinearMap random_map(const GrayImage& digit, Random& random) {
  const float angle = random.uniform(-kMaxRotation, kMaxRotation);
  const float shear = random.uniform(-kMaxShear, kMaxShear);
  const float most = random.chance(kStrongSquash) ? kMaxStrongSquash : kMaxSquash;
  const float squash = std::exp(random.uniform(-1, 1) * std::log(most));
  const float step = float(std::max(digit.width, digit.height)) / kFilled;
  const float cosine = std::cos(angle) * step, sine = std::sin(angle) * step;
  // Rotation, after shear along x, after squashing one axis and stretching the other.
  return {{cosine * squash, sine * squash},
          {(cosine * shear - sine) / squash, (sine * shear + cosine) / squash}};
}

/// A smooth random displacement: random vectors of up to `most` MNIST pixels on a grid of
/// `Side` x `Side` points over the canvas, interpolated. After Simard, Steinkraus, Platt, "Best
/// practices for convolutional neural networks applied to visual document analysis", 2003.
template <int Side>
class Displacement {
 public:
  Displacement(float most, Random& random) {
    for (Vector& v : grid_) v = {random.uniform(-most, most), random.uniform(-most, most)};
  }

  Vector at(int x, int y) const {
    const float grid_x = float(x) * (Side - 1) / kCanvas;
    const float grid_y = float(y) * (Side - 1) / kCanvas;
    const int column = static_cast<int>(grid_x), row = static_cast<int>(grid_y);
    const float u = grid_x - float(column), v = grid_y - float(row);
    const Vector* corner = &grid_[std::size_t(row) * Side + column];
    return {mix(mix(corner[0].x, corner[1].x, u), mix(corner[Side].x, corner[Side + 1].x, u), v),
            mix(mix(corner[0].y, corner[1].y, u), mix(corner[Side].y, corner[Side + 1].y, u), v)};
  }

 private:
  static float mix(float a, float b, float share) { return a + (b - a) * share; }

  std::array<Vector, std::size_t(Side) * Side> grid_;
};

/// The picture's value, 0 to 1, at a position between its pixels; 0 outside.
float sample(const GrayImage& image, Vector position) {
  const float left = std::floor(position.x), top = std::floor(position.y);
  const int x = static_cast<int>(left), y = static_cast<int>(top);
  if (x < -1 || y < -1 || x >= image.width || y >= image.height) return 0;
  const float u = position.x - left, v = position.y - top;
  const auto value = [&](int column, int row) -> float {
    const bool inside = column >= 0 && row >= 0 && column < image.width && row < image.height;
    return inside ? float(image.at(column, row)) / 255 : 0;
  };
  return (value(x, y) * (1 - u) + value(x + 1, y) * u) * (1 - v) +
         (value(x, y + 1) * (1 - u) + value(x + 1, y + 1) * u) * v;
}

/// Blurs with the weights 1 2 1 in both directions, so that there is a slope around the strokes
/// for the pen's width to move along.
GrayImage blurred(const GrayImage& image) {
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
  const bool jittered = random.chance(kJittered);
  const Displacement<19> jitter(jittered ? random.uniform(0, kMaxJitter) : 0, random);
  // Ink is where the picture is above a level: a low one draws thick strokes, a high one thin.
  const bool soft = random.chance(0.5f);
  const float level = soft ? random.uniform(0.15f, 0.55f) : random.uniform(0.25f, 0.75f);
  constexpr float kEdge = 4;  // how sharply ink ends; one canvas pixel of grey or so
  const GrayImage source = soft ? blurred(digit) : digit;
  const Vector centre{float(digit.width - 1) / 2, float(digit.height - 1) / 2};

  GrayImage canvas{kCanvas, kCanvas, std::vector<std::uint8_t>(std::size_t(kCanvas) * kCanvas)};
  for (int y = 0; y < kCanvas; ++y)
    for (int x = 0; x < kCanvas; ++x) {
      const Vector moved = map({float(x) - kCanvas / 2.0f, float(y) - kCanvas / 2.0f});
      const Vector bent = bend.at(x, y);
      const Vector shaken = jittered ? jitter.at(x, y) : Vector{};
      const float value = sample(
          source, {centre.x + moved.x + bent.x + shaken.x, centre.y + moved.y + bent.y + shaken.y});
      const float ink = std::clamp((value - level) * kEdge + 0.5f, 0.0f, 1.0f);
      canvas.pixels[std::size_t(y) * kCanvas + x] = static_cast<std::uint8_t>(ink * 255);
    }
  return canvas;
}

std::optional<NetworkInput> augment_ink(const GrayImage& digit, Random& random) {
  if (!random.chance(kUntouched)) {
    GrayImage drawn = transform_ink(digit, random);
    if (random.chance(kBroken)) break_strokes(drawn, random);
    if (random.chance(kDotted)) turn_into_dots(drawn, random);
    // A faint digit under a thin pen can vanish; then it stays as it was.
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
