#include "photo/clean_photo.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "core/connected_components.h"
#include "photo/ruled_lines.h"

namespace numeral {
namespace {

/// The longest side of the small picture on which the light is estimated, and how far strokes are
/// looked across there: strokes are narrower than twice that.
constexpr int kSmallSide = 256;
constexpr int kReach = 16;

/// Ink takes at least this share of the light, and stands out from the noise by so many standard
/// deviations.
constexpr float kMinInk = 0.05f;
constexpr float kNoiseFactor = 5;

/// Writing takes at least this share of the light where it is darkest, and so much more than what
/// just stands out from the noise.
constexpr float kMinContrast = 0.12f;
constexpr float kMinContrastOverFaintest = 1.6f;

/// Levels below this share of the writing's are its blurred edge.
constexpr float kEdge = 0.25f;

/// A piece of writing is somewhere at least this dark, as a share of the darkest; and at least so
/// large, as a share of the picture's longest side, and of the largest piece's.
constexpr float kMinDarkness = 0.6f;
constexpr float kMinSize = 0.02f;
constexpr float kMinSizeOfLargest = 0.12f;

/// The picture, slightly blurred against noise (1-2-1 both ways), 0 to 1.
FloatImage smooth(const GrayImage& photo) {
  const int width = photo.width, height = photo.height;
  FloatImage result{width, height, std::vector<float>(photo.pixels.size())};
  for (int y = 0; y < height; ++y) {
    const int above = std::max(y - 1, 0), below = std::min(y + 1, height - 1);
    const auto column = [&](int x) {
      return photo.at(x, above) + 2 * photo.at(x, y) + photo.at(x, below);
    };
    for (int x = 0; x < width; ++x) {
      const int sum =
          column(std::max(x - 1, 0)) + 2 * column(x) + column(std::min(x + 1, width - 1));
      result.pixels[std::size_t(y) * width + x] = float(sum) / (16 * 255);
    }
  }
  return result;
}

/// Means over squares, so that the longest side is at most kSmallSide.
FloatImage shrink(const FloatImage& image) {
  const int side = (std::max(image.width, image.height) + kSmallSide - 1) / kSmallSide;
  FloatImage result{(image.width + side - 1) / side, (image.height + side - 1) / side, {}};
  for (int y = 0; y < image.height; y += side)
    for (int x = 0; x < image.width; x += side) {
      const int right = std::min(x + side, image.width), bottom = std::min(y + side, image.height);
      float sum = 0;
      for (int v = y; v < bottom; ++v)
        for (int u = x; u < right; ++u) sum += image.at(u, v);
      result.pixels.push_back(sum / float((right - x) * (bottom - y)));
    }
  return result;
}

/// Each pixel becomes what `pick` makes of those within kReach of it, by rows, then by columns.
template <class Pick>
void filter(FloatImage& image, Pick pick) {
  const auto along = [&](int count, int length, std::size_t step, std::size_t next) {
    std::vector<float> line(length);
    for (int i = 0; i < count; ++i) {
      float* first = &image.pixels[i * next];
      for (int k = 0; k < length; ++k) line[k] = first[k * step];
      for (int k = 0; k < length; ++k) {
        const auto begin = line.begin() + std::max(0, k - kReach);
        const auto end = line.begin() + std::min(length, k + kReach + 1);
        first[k * step] = pick(begin, end);
      }
    }
  };
  along(image.height, image.width, 1, image.width);
  along(image.width, image.height, image.width, 1);
}

using Iterator = std::vector<float>::const_iterator;
float largest(Iterator begin, Iterator end) { return *std::max_element(begin, end); }
float smallest(Iterator begin, Iterator end) { return *std::min_element(begin, end); }
float mean(Iterator begin, Iterator end) {
  float sum = 0;
  for (auto value = begin; value != end; ++value) sum += *value;
  return sum / float(end - begin);
}

/// Whether the writing is lighter than what it is on: what there is less of, writing, differs more
/// from the mean around it, so the third moment has its sign.
bool is_light_on_dark(const FloatImage& small) {
  FloatImage bounding_union = small;
  filter(bounding_union, mean);
  filter(bounding_union, mean);
  double moment = 0;
  for (std::size_t i = 0; i < small.pixels.size(); ++i) {
    const double difference = small.pixels[i] - bounding_union.pixels[i];
    moment += difference * difference * difference;
  }
  return moment > 0;
}

/// A small picture's value at a point of the large one, between its pixels' middles.
class Enlarged {
 public:
  Enlarged(const FloatImage& small, const FloatImage& large)
      : small_(small), side_((std::max(large.width, large.height) + kSmallSide - 1) / kSmallSide) {}

  float at(int x, int y) const {
    const Place u = place(x, small_.width), v = place(y, small_.height);
    const float top = mix(small_.at(u.first, v.first), small_.at(u.second, v.first), u.share);
    const float low = mix(small_.at(u.first, v.second), small_.at(u.second, v.second), u.share);
    return mix(top, low, v.share);
  }

 private:
  struct Place {
    int first, second;
    float share;
  };

  static float mix(float a, float b, float share) { return a + (b - a) * share; }

  Place place(int position, int size) const {
    const float at = (float(position) + 0.5f) / float(side_) - 0.5f;
    const int first = std::clamp(static_cast<int>(std::floor(at)), 0, size - 1);
    return {first, std::min(first + 1, size - 1), std::clamp(at - float(first), 0.0f, 1.0f)};
  }

  const FloatImage& small_;
  int side_;
};

/// What share of the light on the paper each pixel lacks.
FloatImage missing_light(FloatImage levels) {
  FloatImage small = shrink(levels);
  if (is_light_on_dark(small)) {
    for (FloatImage* image : {&small, &levels})
      for (float& level : image->pixels) level = 1 - level;
  }
  filter(small, largest);
  filter(small, smallest);
  const Enlarged light(small, levels);
  for (int y = 0; y < levels.height; ++y)
    for (int x = 0; x < levels.width; ++x) {
      float& level = levels.pixels[std::size_t(y) * levels.width + x];
      const float here = std::max(light.at(x, y), 0.02f);
      level = std::clamp(1 - level / here, 0.0f, 1.0f);
    }
  return levels;
}

/// A value that a share of the values is below; 0 to 1, in steps of 1/1023.
float quantile(const std::vector<float>& values, float share) {
  std::array<std::size_t, 1024> counts{};
  for (const float value : values) ++counts[static_cast<int>(value * 1023)];
  const auto wanted = static_cast<std::size_t>(share * float(values.size()));
  std::size_t seen = 0;
  int level = 0;
  while (level < 1023 && (seen += counts[level]) <= wanted) ++level;
  return float(level) / 1023;
}

/// Takes the paper away: its mean (the light was estimated from the brightest of it) and noise.
/// Returns the least that is left.
float remove_paper(FloatImage& ink) {
  const float paper = quantile(ink.pixels, 0.5f);
  std::vector<float> deviations;
  deviations.reserve(ink.pixels.size());
  for (const float value : ink.pixels) deviations.push_back(std::abs(value - paper));
  // 1.4826 median deviations are a standard deviation, where the noise is normal.
  const float noise = 1.4826f * quantile(deviations, 0.5f);
  const float least = std::max(kMinInk, kNoiseFactor * noise);
  for (float& value : ink.pixels) value = value - paper < least ? 0 : value - paper;
  return least;
}

/// How dark the writing is: nearly the darkest of what is there.
float darkness_of(const FloatImage& ink) {
  std::vector<float> inked;
  for (const float value : ink.pixels)
    if (value > 0) inked.push_back(value);
  return inked.empty() ? 0 : quantile(inked, 0.9f);
}

/// Scales the writing to 1 and takes its blurred edge away. False where there is none; `faintest`:
/// what just stands out from the noise.
bool sharpen(FloatImage& ink, float faintest) {
  const float darkness = darkness_of(ink);
  if (darkness < std::max(kMinContrast, kMinContrastOverFaintest * faintest)) return false;
  for (float& value : ink.pixels)
    value = std::clamp((value / darkness - kEdge) / (1 - kEdge), 0.0f, 1.0f);
  return true;
}

bool touches_edge(const Box& box, const FloatImage& ink) {
  return box.left == 0 || box.top == 0 || box.right == ink.width || box.bottom == ink.height;
}

int size_of(const Box& box) { return std::max(box.width(), box.height()); }

/// Leaves only the pieces that are writing. `line`: how thick the removed lines' remains may be.
void keep_writing(FloatImage& ink, int line) {
  const ConnectedComponents pieces = find_connected_components(ink);
  std::vector<float> darkest(pieces.boxes.size());
  for (std::size_t i = 0; i < ink.pixels.size(); ++i)
    if (const int piece = pieces.labels[i]; piece >= 0)
      darkest[piece] = std::max(darkest[piece], ink.pixels[i]);

  const float least = kMinSize * float(std::max(ink.width, ink.height));
  const auto is_writing = [&](std::size_t piece) {
    const Box& box = pieces.boxes[piece];
    return darkest[piece] >= kMinDarkness && float(size_of(box)) >= least &&
           std::min(box.width(), box.height()) > line && !touches_edge(box, ink);
  };
  std::vector<bool> stays(pieces.boxes.size());
  int largest_size = 0;
  for (std::size_t i = 0; i < stays.size(); ++i) {
    stays[i] = is_writing(i);
    if (stays[i]) largest_size = std::max(largest_size, size_of(pieces.boxes[i]));
  }
  for (std::size_t i = 0; i < stays.size(); ++i)
    if (float(size_of(pieces.boxes[i])) < kMinSizeOfLargest * float(largest_size)) stays[i] = false;
  for (std::size_t i = 0; i < ink.pixels.size(); ++i)
    if (const int piece = pieces.labels[i]; piece >= 0 && !stays[piece]) ink.pixels[i] = 0;
}

}  // namespace

GrayImage clean_photo(const GrayImage& photo) {
  GrayImage result{photo.width, photo.height, std::vector<std::uint8_t>(photo.pixels.size(), 255)};
  if (photo.pixels.empty()) return result;
  FloatImage ink = missing_light(smooth(photo));
  const float faintest = remove_paper(ink);
  const int line = remove_ruled_lines(ink);
  if (!sharpen(ink, faintest)) return result;
  keep_writing(ink, line);
  for (std::size_t i = 0; i < ink.pixels.size(); ++i)
    result.pixels[i] = static_cast<std::uint8_t>(std::lround(255 * (1 - ink.pixels[i])));
  return result;
}

}  // namespace numeral
