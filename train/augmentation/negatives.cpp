#include "train/augmentation/negatives.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "train/augmentation/ink_transform.h"
#include "train/augmentation/rasterizer.h"

namespace numeral {
namespace {

constexpr int kSide = 28;
constexpr float kTurn = 2 * std::numbers::pi_v<float>;

/// The share of filled areas that are silhouettes.
constexpr float kSilhouetteShare = 0.4f;

/// Shares of several digits: two that overlap, and the right half of one with the left half of
/// another, as a cut at the wrong place gives.
constexpr float kOverlappingShare = 0.5f;
constexpr float kPiecesShare = 0.2f;

Point random_point(Random& random, float low = 4, float high = kSide - 4) {
  return {random.uniform(low, high), random.uniform(low, high)};
}

/// A closed polygon or star: `corners` points on an ellipse around `centre`, with radii `width` and
/// `height`, each joined to the `step`-th after it.
Polyline polygon(Point centre, float width, float height, int corners, int step, float angle) {
  Polyline line;
  for (int i = 0; i <= corners; ++i) {
    const float turn = angle + kTurn * float(i * step % corners) / float(corners);
    line.push_back({centre.x + width * std::cos(turn), centre.y + height * std::sin(turn)});
  }
  return line;
}

/// Fills a polygon by the even-odd rule with `level`.
void fill(GrayImage& image, const Polyline& outline, std::uint8_t level) {
  for (int y = 0; y < image.height; ++y)
    for (int x = 0; x < image.width; ++x) {
      const float px = float(x) + 0.5f, py = float(y) + 0.5f;
      bool inside = false;
      for (std::size_t i = 1; i < outline.size(); ++i) {
        const Point a = outline[i - 1], b = outline[i];
        if ((a.y > py) != (b.y > py) && px < a.x + (b.x - a.x) * (py - a.y) / (b.y - a.y))
          inside = !inside;
      }
      if (inside) image.pixels[std::size_t(y) * image.width + x] = level;
    }
}

/// Lines of a pen that keeps changing its direction.
GrayImage scribble(Random& random) {
  GrayImage image = black_image(kSide, kSide);
  const float width = random.uniform(1.2f, 3.5f);
  const int strokes = 1 + random.below(3);
  for (int stroke = 0; stroke < strokes; ++stroke) {
    Point at = random_point(random);
    float angle = random.uniform(0, kTurn), bend = random.uniform(-0.8f, 0.8f);
    Polyline line{at};
    const int steps = 12 + random.below(40);
    for (int i = 0; i < steps; ++i) {
      if (random.chance(0.25f)) bend = random.uniform(-1.2f, 1.2f);
      angle += bend;
      at.x = std::clamp(at.x + 2.5f * std::cos(angle), 3.0f, kSide - 3.0f);
      at.y = std::clamp(at.y + 2.5f * std::sin(angle), 3.0f, kSide - 3.0f);
      line.push_back(at);
    }
    draw_line(image, line, width);
  }
  return image;
}

/// Polygons, stars, crosses, arrows, faces, zigzags, bars, dots.
GrayImage shape(Random& random) {
  GrayImage image = black_image(kSide, kSide);
  const float width = random.uniform(1.2f, 3.5f), angle = random.uniform(0, kTurn);
  const float reach_x = random.uniform(7, 11), reach_y = random.uniform(7, 11);
  const Point centre{kSide / 2.0f, kSide / 2.0f};
  switch (random.below(8)) {
    case 0:
      draw_line(image, polygon(centre, reach_x, reach_y, 3 + random.below(2), 1, angle), width);
      break;
    case 1:
      draw_line(image, polygon(centre, reach_x, reach_y, 5, 2, angle), width);
      break;
    case 2:  // two or three lines through the middle
      for (int i = 0, arms = 2 + random.below(2); i < arms; ++i) {
        const float turn = angle + kTurn / 2 * float(i) / float(arms);
        const float dx = reach_x * std::cos(turn), dy = reach_y * std::sin(turn);
        draw_line(image, {{14 - dx, 14 - dy}, {14 + dx, 14 + dy}}, width);
      }
      break;
    case 3: {  // an arrow
      const auto along = [&](float turn, float length) {
        return Point{14 + length * std::cos(angle + turn), 14 + length * std::sin(angle + turn)};
      };
      draw_line(image, {along(0, -reach_x), along(0, reach_x)}, width);
      draw_line(image,
                {along(0.6f, reach_x * 0.6f), along(0, reach_x), along(-0.6f, reach_x * 0.6f)},
                width);
      break;
    }
    case 4: {  // a face
      draw_line(image, polygon(centre, 10, reach_y, 16, 1, 0), width);
      draw_line(image, {{10.5f, 11}}, width + 1);
      draw_line(image, {{17.5f, 11}}, width + 1);
      const float smile = random.uniform(-2, 3);
      draw_line(image, {{9.5f, 17}, {12, 17 + smile}, {16, 17 + smile}, {18.5f, 17}}, width);
      break;
    }
    case 5: {  // a zigzag
      Polyline line;
      const int turns = 4 + random.below(5);
      for (int i = 0; i <= turns; ++i)
        line.push_back(
            {4 + 20 * float(i) / float(turns), 14 + (i % 2 ? reach_y : -reach_y) * 0.6f});
      draw_line(image, line, width);
      break;
    }
    case 6:  // horizontal bars
      for (int i = 0, bars = 1 + random.below(3); i < bars; ++i) {
        const float y = 14 + 6 * (float(i) - float(bars - 1) / 2);
        draw_line(image, {{14 - reach_x, y}, {14 + reach_x, y + random.uniform(-2, 2)}}, width);
      }
      break;
    default:  // dots
      for (int i = 0, dots = 1 + random.below(6); i < dots; ++i)
        draw_line(image, {random_point(random, 6, 22)}, width * random.uniform(1, 3));
  }
  return image;
}

/// The silhouette of something upright, as a vase or a dress: symmetric, and wide in places. A
/// stroke is as wide everywhere, so this is no 1.
GrayImage silhouette(Random& random) {
  constexpr int kLevels = 5;
  std::array<float, kLevels> half_widths;
  do {
    for (float& half_width : half_widths) half_width = random.uniform(1.5f, 7);
  } while (std::ranges::max(half_widths) < 1.7f * std::ranges::min(half_widths));
  const float top = random.uniform(2, 5), bottom = random.uniform(23, 26);
  Polyline outline;
  for (const int side : {1, -1})
    for (int i = 0; i < kLevels; ++i) {
      const int level = side > 0 ? i : kLevels - 1 - i;
      outline.push_back({14 + float(side) * half_widths[level],
                         top + (bottom - top) * float(level) / (kLevels - 1)});
    }
  outline.push_back(outline.front());
  GrayImage image = black_image(kSide, kSide);
  fill(image, outline, static_cast<std::uint8_t>(random.uniform(90, 255)));
  return image;
}

/// A few filled areas of different brightness, often symmetric, as in a small photograph of a
/// thing.
GrayImage areas(Random& random) {
  const bool upright = random.chance(kSilhouetteShare);
  GrayImage image = upright ? silhouette(random) : black_image(kSide, kSide);
  const bool mirrored = random.chance(0.6f);
  for (int i = 0, count = upright ? 0 : 1 + random.below(4); i < count; ++i) {
    const Point middle{mirrored ? 14 : random.uniform(9, 19), random.uniform(9, 19)};
    const float width = random.uniform(4, 12), height = random.uniform(4, 13);
    const auto level = static_cast<std::uint8_t>(random.uniform(90, 255));
    Polyline outline;
    const int corners = 4 + random.below(6);
    for (int k = 0; k < corners; ++k) {
      const float turn = kTurn * (float(k) + random.uniform(0, 0.7f)) / float(corners);
      outline.push_back({middle.x + width * std::cos(turn), middle.y + height * std::sin(turn)});
    }
    outline.push_back(outline.front());
    fill(image, outline, level);
    if (mirrored) {
      for (Point& p : outline) p.x = kSide - p.x;
      fill(image, outline, level);
    }
  }
  const float grain = random.uniform(0, 60);
  for (std::uint8_t& pixel : image.pixels)
    if (pixel > 0)
      pixel = static_cast<std::uint8_t>(std::max(60.0f, pixel - random.uniform(0, grain)));
  return image;
}

/// Random spots, from single pixels to large blots.
GrayImage noise(Random& random) {
  const int cells = 3 + random.below(26);
  const float share = random.uniform(0.1f, 0.7f);
  GrayImage coarse = black_image(cells, cells);
  for (std::uint8_t& pixel : coarse.pixels)
    pixel = random.chance(share) ? static_cast<std::uint8_t>(random.uniform(100, 255)) : 0;
  GrayImage image = black_image(kSide + 4, kSide + 4);
  for (int y = 0; y < kSide; ++y)
    for (int x = 0; x < kSide; ++x)
      image.pixels[std::size_t(y + 2) * image.width + x + 2] =
          coarse.at(x * cells / kSide, y * cells / kSide);
  return image;
}

/// A random kind, by the kinds' shares.
Negative random_kind(Random& random) {
  float left = random.uniform(0, 1);
  for (const NegativeKind& kind : kNegativeKinds) {
    if (left < kind.share) return kind.negative;
    left -= kind.share;
  }
  return kNegativeKinds.front().negative;
}

}  // namespace

NegativePainter::NegativePainter(const IdxDataset& digits, std::span<const std::size_t> indices,
                                 Glyphs letters)
    : digits_(&digits), indices_(indices) {
  for (auto& [character, pictures] : letters)
    for (GrayImage& picture : pictures) letters_.push_back(std::move(picture));
}

Result<NegativePainter> NegativePainter::create(const IdxDataset& digits,
                                                std::span<const std::size_t> indices) {
  Result<Glyphs> letters = load_glyphs(kLettersUnlikeDigits);
  if (!letters) return tl::unexpected(letters.error());
  return NegativePainter(digits, indices, std::move(*letters));
}

GrayImage NegativePainter::letter(Random& random) const {
  return letters_[random.below(static_cast<int>(letters_.size()))];
}

GrayImage NegativePainter::several_digits(Random& random) const {
  std::array<std::size_t, 3> chosen;
  for (std::size_t& index : chosen)
    index = indices_[random.below(static_cast<int>(indices_.size()))];
  const float kind = random.uniform(0, 1);
  // A digit over another of its class may look like one digit, as what is left of a 1 may.
  const std::uint8_t first = digits_->labels[chosen[0]], second = digits_->labels[chosen[1]];
  const bool distinct = first != second && first != 1 && second != 1;
  const bool overlapping = distinct && kind < kOverlappingShare;
  const bool pieces = distinct && kind >= 1 - kPiecesShare;
  const int count = overlapping || pieces ? 2 : 2 + random.below(2);
  const int advance = overlapping ? random.below(16) : 16 + random.below(9);
  // Pieces: from the middle of the first digit to that of the second.
  const int left = pieces ? kSide / 2 : 0;
  GrayImage image = black_image(pieces ? advance : kSide + advance * (count - 1), kSide);
  for (int i = 0; i < count; ++i) {
    const GrayImage digit = digits_->image(chosen[i]);
    const int offset = i * advance - left;
    for (int y = 0; y < std::min(kSide, digit.height); ++y)
      for (int x = std::max(0, -offset); x < std::min({kSide, digit.width, image.width - offset});
           ++x) {
        std::uint8_t& pixel = image.pixels[std::size_t(y) * image.width + offset + x];
        pixel = std::max(pixel, digit.at(x, y));
      }
  }
  return image;
}

std::optional<NetworkInput> NegativePainter::try_to_paint(Negative negative, Random& random) const {
  switch (negative) {
    case Negative::kLetter:
      return augment_ink(letter(random), random);
    case Negative::kSeveralDigits:
      return augment_ink(several_digits(random), random);
    case Negative::kScribble:
      return augment_ink(scribble(random), random);
    case Negative::kShape:
      return augment_ink(shape(random), random);
    case Negative::kAreas:
      return preprocess(areas(random));
    case Negative::kNoise:
      return preprocess(noise(random));
  }
  return std::nullopt;
}

NetworkInput NegativePainter::paint(Negative negative, Random& random) const {
  while (true) {
    // Areas and noise may have no ink.
    if (const auto input = try_to_paint(negative, random)) return *input;
  }
}

NetworkInput NegativePainter::paint(Random& random) const {
  return random_shift(paint(random_kind(random), random), random);
}

}  // namespace numeral
