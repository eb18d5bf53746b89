#include "photo/clean_photo.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "core/connected_components.h"
#include "core/ink.h"
#include "core/segmentation/signs.h"
#include "photo/marks.h"
#include "photo/ruled_lines.h"

namespace numeral {
namespace {

/// The light is estimated on a reduced image: its longer side, and the radius of the morphological
/// filters there. Strokes must be narrower than twice the radius.
constexpr int kReducedSide = 256;
constexpr int kFilterRadius = 16;

/// A lamp's reflection in a reduced image: its least side in pixels, its largest aspect ratio, and
/// the least fraction of its box that it fills. A round one fills 0.79.
constexpr int kMinReflection = 3;
constexpr float kMaxReflectionAspect = 2;
constexpr float kMinReflectionFill = 0.65f;

/// The least ink, as a fraction of the light, and in standard deviations of the noise.
constexpr float kMinInk = 0.05f;
constexpr float kMinInkOverNoise = 5;

/// How much larger the noise's median deviation is than that towards the light, at most.
constexpr float kMaxSkew = 1.5f;

/// The least darkness of writing, as a fraction of the light, and relative to the least ink.
constexpr float kMinContrast = 0.12f;
constexpr float kMinContrastOverInk = 1.6f;

/// Where nothing of most of the ink's darkness is writing, but there is darker ink: how much darker
/// that is at least, and its least area, as a fraction of the image's.
constexpr float kMinDarker = 2.5f;
constexpr float kMinDarkerArea = 0.0004f;

/// Ink below this fraction of the writing's darkness is its blurred edge.
constexpr float kEdge = 0.25f;

/// What a connected component of writing must have: its darkest pixel, as a fraction of the
/// writing's darkness, and the longer side of its box, as fractions of the image's longer side and
/// of the largest component's.
constexpr float kMinDarkness = 0.6f;
constexpr float kMinSize = 0.02f;
constexpr float kMinSizeOfLargest = 0.12f;

/// Writing at the edge, where the photograph cuts into it, and writing with a fainter pen than the
/// rest: what is as high as the other writing, within these factors of its tallest component, and
/// has strokes, which fill at most kMaxFill of their box.
constexpr float kMinHeightOfTallest = 0.6f;
constexpr float kMaxHeightOfTallest = 1.6f;
constexpr float kMaxFill = 0.6f;

/// Where all writing touches the edge: its least size, as a fraction of the image's shorter side.
constexpr float kMinSizeAtEdge = 0.5f;

/// The largest part of a box's perimeter on which writing touches the edge. Objects that reach in
/// touch it on more.
constexpr float kMaxContact = 0.33f;

/// The least darkness of a fainter pen, as a fraction of the writing's, and of what may be one.
constexpr float kMinFainter = 0.3f;
constexpr float kMinFainterDoubt = 0.2f;

/// What may be writing, though it is left out: its height, within these factors of the tallest
/// component's.
constexpr float kMinHeightDoubt = 0.4f;
constexpr float kMaxHeightDoubt = 1.6f;

/// The least width of a part of something larger that may be writing, as a fraction of the tallest
/// component's height.
constexpr float kMinWidthDoubt = 0.2f;

/// Blurs against noise with the binomial kernel 1-2-1 in both directions. Values from 0 to 1.
FloatImage binomial_blur(const GrayImage& photo) {
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

/// The side, in pixels, of the squares that `reduce` averages.
int reduction_of(const FloatImage& image) {
  return (std::max(image.width, image.height) + kReducedSide - 1) / kReducedSide;
}

/// Averages over squares, so that the longer side is at most kReducedSide.
FloatImage reduce(const FloatImage& image) {
  const int side = reduction_of(image);
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

/// A separable filter: replaces each pixel by a statistic of the pixels within kFilterRadius, first
/// along the rows, then along the columns.
template <class Statistic>
void filter(FloatImage& image, Statistic statistic) {
  const auto along = [&](int count, int length, std::size_t step, std::size_t next) {
    std::vector<float> line(length);
    for (int i = 0; i < count; ++i) {
      float* first = &image.pixels[i * next];
      for (int k = 0; k < length; ++k) line[k] = first[k * step];
      for (int k = 0; k < length; ++k) {
        const auto begin = line.begin() + std::max(0, k - kFilterRadius);
        const auto end = line.begin() + std::min(length, k + kFilterRadius + 1);
        first[k * step] = statistic(begin, end);
      }
    }
  };
  along(image.height, image.width, 1, image.width);
  along(image.width, image.height, image.width, 1);
}

using Iterator = std::vector<float>::const_iterator;
float maximum(Iterator begin, Iterator end) { return *std::max_element(begin, end); }
float minimum(Iterator begin, Iterator end) { return *std::min_element(begin, end); }
float mean(Iterator begin, Iterator end) {
  float sum = 0;
  for (auto value = begin; value != end; ++value) sum += *value;
  return sum / float(end - begin);
}

constexpr float kQuantileStep = 1.0f / 1023;

/// A quantile of values from 0 to 1, rounded down to a multiple of kQuantileStep.
float quantile(const std::vector<float>& values, float fraction) {
  std::array<std::size_t, 1024> counts{};
  for (const float value : values) ++counts[static_cast<int>(value / kQuantileStep)];
  const auto rank = static_cast<std::size_t>(fraction * float(values.size()));
  std::size_t seen = 0;
  int level = 0;
  while (level < 1023 && (seen += counts[level]) <= rank) ++level;
  return float(level) * kQuantileStep;
}

/// Sets what is bright, round and small to 0 in the differences of a reduced image from its local
/// mean: a lamp's reflection.
void remove_reflections(FloatImage& differences) {
  const float brightest = *std::ranges::max_element(differences.pixels);
  FloatImage bright = differences;
  for (float& value : bright.pixels) value = value > brightest / 2 ? 1.0f : 0.0f;
  const ConnectedComponents components = find_connected_components(bright);
  const std::vector<int> areas = component_areas(components);
  for (std::size_t i = 0; i < areas.size(); ++i) {
    const Box& box = components.boxes[i];
    const auto [shorter, longer] = std::minmax({box.width(), box.height()});
    if (shorter < kMinReflection || float(longer) > kMaxReflectionAspect * float(shorter) ||
        float(areas[i]) < kMinReflectionFill * float(shorter * longer))
      continue;
    for (int y = std::max(0, box.top - 2); y < std::min(bright.height, box.bottom + 2); ++y)
      for (int x = std::max(0, box.left - 2); x < std::min(bright.width, box.right + 2); ++x)
        if (float& value = differences.pixels[std::size_t(y) * bright.width + x]; value > 0)
          value = 0;
  }
}

/// Whether the writing is lighter than its background. Writing covers less area, so it differs more
/// from the local mean: the third moment of the differences has its sign.
bool is_light_on_dark(const FloatImage& image) {
  FloatImage differences = image;
  filter(differences, mean);
  filter(differences, mean);
  for (std::size_t i = 0; i < image.pixels.size(); ++i)
    differences.pixels[i] = image.pixels[i] - differences.pixels[i];
  remove_reflections(differences);
  double moment = 0;
  for (const double difference : differences.pixels) moment += difference * difference * difference;
  return moment > 0;
}

/// Samples a reduced image at the full image's pixels, with bilinear interpolation.
class BilinearSampler {
 public:
  BilinearSampler(const FloatImage& reduced, int reduction)
      : reduced_(reduced), reduction_(reduction) {}

  float at(int x, int y) const {
    const Position u = position(x, reduced_.width), v = position(y, reduced_.height);
    const float top = lerp(reduced_.at(u.first, v.first), reduced_.at(u.second, v.first), u.weight);
    const float low =
        lerp(reduced_.at(u.first, v.second), reduced_.at(u.second, v.second), u.weight);
    return lerp(top, low, v.weight);
  }

 private:
  struct Position {
    int first, second;
    float weight;  ///< of the second
  };

  // Not std::lerp: it branches, and rounds differently.
  static float lerp(float a, float b, float weight) { return a + (b - a) * weight; }

  Position position(int pixel, int size) const {
    const float at = (float(pixel) + 0.5f) / float(reduction_) - 0.5f;
    const int first = std::clamp(static_cast<int>(std::floor(at)), 0, size - 1);
    return {first, std::min(first + 1, size - 1), std::clamp(at - float(first), 0.0f, 1.0f)};
  }

  const FloatImage& reduced_;
  int reduction_;
};

/// Illumination correction: the fraction of the light that is missing at each pixel.
FloatImage correct_illumination(FloatImage levels) {
  FloatImage light = reduce(levels);
  if (is_light_on_dark(light)) {
    for (FloatImage* image : {&light, &levels})
      for (float& level : image->pixels) level = 1 - level;
  }
  filter(light, maximum);
  filter(light, minimum);
  const BilinearSampler sampler(light, reduction_of(levels));
  for (int y = 0; y < levels.height; ++y)
    for (int x = 0; x < levels.width; ++x) {
      float& level = levels.pixels[std::size_t(y) * levels.width + x];
      const float full_light = std::max(sampler.at(x, y), 0.02f);
      level = std::clamp(1 - level / full_light, 0.0f, 1.0f);
    }
  return levels;
}

/// Background suppression: subtracts the paper's level, which is above 0 since the light was
/// estimated from the brightest paper, and removes noise. Returns the least ink.
float suppress_background(FloatImage& ink) {
  const float paper = quantile(ink.pixels, 0.5f);
  std::vector<float> deviations, lighter;
  deviations.reserve(ink.pixels.size());
  for (const float value : ink.pixels) {
    deviations.push_back(std::abs(value - paper));
    if (value <= paper) lighter.push_back(paper - value);
  }
  // Where ink and lines cover much of the picture, they add to the deviations towards the dark.
  const float deviation = std::min(quantile(deviations, 0.5f), kMaxSkew * quantile(lighter, 0.5f));
  // The standard deviation of normal noise is 1.4826 median absolute deviations.
  const float noise = 1.4826f * deviation;
  const float min_ink = std::max(kMinInk, kMinInkOverNoise * noise);
  for (float& value : ink.pixels) value = value - paper < min_ink ? 0 : value - paper;
  return min_ink;
}

/// The writing's darkness: the 90 % quantile of the ink that is darker than `least`; 0 where that
/// is less than a fraction of the image.
float darkness_of(const FloatImage& ink, float least = 0, float min_area = 0) {
  std::vector<float> inked;
  for (const float value : ink.pixels)
    if (value > least) inked.push_back(value);
  const bool is_enough = float(inked.size()) >= min_area * float(ink.pixels.size());
  return inked.empty() || !is_enough ? 0 : quantile(inked, 0.9f);
}

/// The ink of writing of that darkness, from 0 to 1, without its blurred edge.
float normalised(float value, float darkness) {
  return std::clamp((value / darkness - kEdge) / (1 - kEdge), 0.0f, 1.0f);
}

/// What is measured of a connected component.
struct Component {
  Box box;
  float darkest = 0;
  int area = 0;     ///< in pixels
  int contact = 0;  ///< pixels on the image's edge

  float fill() const { return float(area) / float(box.width() * box.height()); }

  bool reaches_in() const {
    return float(contact) > kMaxContact * 2 * float(box.width() + box.height());
  }
};

std::vector<Component> measure(const FloatImage& ink, const ConnectedComponents& components) {
  std::vector<Component> measured(components.boxes.size());
  for (std::size_t i = 0; i < measured.size(); ++i) measured[i].box = components.boxes[i];
  for (int y = 0; y < ink.height; ++y)
    for (int x = 0; x < ink.width; ++x) {
      const int label = components.labels[std::size_t(y) * ink.width + x];
      if (label < 0) continue;
      Component& component = measured[label];
      component.darkest = std::max(component.darkest, ink.at(x, y));
      ++component.area;
      component.contact += x == 0 || y == 0 || x == ink.width - 1 || y == ink.height - 1;
    }
  return measured;
}

/// Decides which connected components are writing, and which are remains of ruled lines, up to
/// `line_thickness` pixels thick, or other things.
class WritingFilter {
 public:
  WritingFilter(const FloatImage& ink, int line_thickness)
      : ink_(ink), line_thickness_(line_thickness) {}

  /// Whether each component is writing.
  std::vector<bool> select(const std::vector<Component>& components) {
    std::vector<bool> is_kept(components.size());
    for (std::size_t i = 0; i < is_kept.size(); ++i)
      is_kept[i] = is_writing(components[i]) && !touches_edge(components[i].box, ink_);
    for (std::size_t i = 0; i < is_kept.size(); ++i)
      if (is_kept[i]) add(components[i].box);
    const bool is_empty = largest_size_ == 0;
    for (std::size_t i = 0; i < is_kept.size(); ++i) {
      const Component& component = components[i];
      if (!touches_edge(component.box, ink_) || !is_writing(component) || component.reaches_in())
        continue;
      is_kept[i] = is_empty ? fills_image(component) : is_like_writing(component);
      if (is_kept[i]) largest_size_ = std::max(largest_size_, longer_side(component.box));
    }
    for (std::size_t i = 0; i < is_kept.size(); ++i)
      if (float(longer_side(components[i].box)) < kMinSizeOfLargest * float(largest_size_))
        is_kept[i] = false;
    return is_kept;
  }

  /// Whether a component is dark enough for writing, whatever its size.
  bool is_dark(const Component& component) const {
    return component.darkest >= kMinDarkness && !is_line(component.box) &&
           !touches_edge(component.box, ink_);
  }

  /// Whether a component has strokes and the height of the writing.
  bool is_like_writing(const Component& component) const {
    const auto height = float(component.box.height()), tallest = float(tallest_);
    return component.fill() <= kMaxFill && height >= kMinHeightOfTallest * tallest &&
           height <= kMaxHeightOfTallest * tallest && !is_line(component.box);
  }

  /// Whether a component that was left out may be writing: it is about as high.
  bool is_doubtful(const Box& box) const {
    const auto height = float(box.height()), tallest = float(tallest_);
    return height >= kMinHeightDoubt * tallest && height <= kMaxHeightDoubt * tallest;
  }

  /// Whether a component that was left out may have writing in it that it touches: its part beside
  /// the other writing is about as high, and no straight line.
  bool may_have_writing(const Box& part) const {
    return is_doubtful(part) && float(part.width()) >= kMinWidthDoubt * float(tallest_);
  }

  /// Where more of the writing may be: its box, and half of its height to the left and right.
  Box surroundings(const std::vector<Component>& components,
                   const std::vector<bool>& is_kept) const {
    Box box{ink_.width, ink_.height, 0, 0};
    for (std::size_t i = 0; i < components.size(); ++i)
      if (is_kept[i]) box = bounding_union(box, components[i].box);
    return {std::max(0, box.left - tallest_ / 2), box.top,
            std::min(ink_.width, box.right + tallest_ / 2), box.bottom};
  }

 private:
  bool is_line(const Box& box) const {
    return std::min(box.width(), box.height()) <= line_thickness_;
  }

  bool is_writing(const Component& component) const {
    const float min_size = kMinSize * float(std::max(ink_.width, ink_.height));
    return component.darkest >= kMinDarkness && float(longer_side(component.box)) >= min_size &&
           !is_line(component.box);
  }

  bool fills_image(const Component& component) const {
    return component.fill() <= kMaxFill &&
           float(longer_side(component.box)) >=
               kMinSizeAtEdge * float(std::min(ink_.width, ink_.height));
  }

  void add(const Box& box) {
    largest_size_ = std::max(largest_size_, longer_side(box));
    tallest_ = std::max(tallest_, box.height());
  }

  const FloatImage& ink_;
  int line_thickness_;
  int largest_size_ = 0, tallest_ = 0;
};

/// Adds writing with a fainter pen: connected components of `suppressed`, the ink before its
/// contrast was normalised, that have nothing of the other writing. Each is normalised by itself.
/// Returns whether all that may be writing with a fainter pen was added.
bool add_fainter_writing(FloatImage& ink, const FloatImage& suppressed, float darkness,
                         float min_ink, const WritingFilter& filter) {
  const ConnectedComponents components = find_connected_components(suppressed);
  const std::vector<Component> measured = measure(suppressed, components);
  std::vector<bool> has_writing(measured.size());
  for (std::size_t i = 0; i < ink.pixels.size(); ++i)
    if (const int label = components.labels[i]; label >= 0 && ink.pixels[i] > 0)
      has_writing[label] = true;
  const float min_darkness = std::max(kMinContrast, kMinContrastOverInk * min_ink);
  bool is_complete = true;
  std::vector<bool> is_added(measured.size());
  for (std::size_t i = 0; i < measured.size(); ++i) {
    const float darkest = measured[i].darkest;
    if (has_writing[i] || darkest < min_darkness || !filter.is_like_writing(measured[i])) continue;
    is_added[i] = darkest >= kMinFainter * darkness && !touches_edge(measured[i].box, ink);
    if (!is_added[i] && darkest >= kMinFainterDoubt * darkness) is_complete = false;
  }
  for (std::size_t i = 0; i < ink.pixels.size(); ++i)
    if (const int label = components.labels[i]; label >= 0 && is_added[label])
      ink.pixels[i] = normalised(suppressed.pixels[i], measured[label].darkest);
  return is_complete;
}

/// Keeps what is too small for digits, but has the place and the size of a point, comma or minus
/// beside the writing.
void keep_signs(const FloatImage& ink, const ConnectedComponents& components,
                const std::vector<Component>& measured, const WritingFilter& filter,
                std::vector<bool>& is_kept) {
  std::vector<int> writing;
  std::vector<Box> parts;
  for (std::size_t i = 0; i < measured.size(); ++i)
    if (is_kept[i]) writing.push_back(static_cast<int>(i)), parts.push_back(measured[i].box);
  if (writing.empty()) return;
  Box box = parts.front();
  for (const Box& part : parts) box = bounding_union(box, part);
  const float pen = stroke_width(crop_components(ink, components, writing, box));
  std::vector<std::size_t> small;
  for (std::size_t i = 0; i < measured.size(); ++i)
    if (!is_kept[i] && filter.is_dark(measured[i]) &&
        float(longer_side(measured[i].box)) >= pen / 2)
      small.push_back(i), parts.push_back(measured[i].box);
  for (const FoundSign& sign : find_signs(parts, pen))
    if (sign.part >= writing.size()) is_kept[small[sign.part - writing.size()]] = true;
}

/// The bounding box of each component's dark ink inside a box; an empty one where there is none.
std::vector<Box> dark_boxes(const FloatImage& ink, const ConnectedComponents& components,
                            const Box& area) {
  std::vector<Box> boxes(components.boxes.size(), Box{ink.width, ink.height, 0, 0});
  for (int y = area.top; y < area.bottom; ++y)
    for (int x = area.left; x < area.right; ++x) {
      const int label = components.labels[std::size_t(y) * ink.width + x];
      if (label >= 0 && ink.at(x, y) >= kMinDarkness)
        boxes[label] = bounding_union(boxes[label], {x, y, x + 1, y + 1});
    }
  return boxes;
}

/// Removes the connected components that are not writing. Returns whether nothing was removed that
/// may be writing.
bool filter_components(FloatImage& ink, const FloatImage& suppressed, float darkness, float min_ink,
                       int line_thickness) {
  const ConnectedComponents components = find_connected_components(ink);
  const std::vector<Component> measured = measure(ink, components);
  WritingFilter filter(ink, line_thickness);
  std::vector<bool> is_kept = filter.select(measured);
  keep_signs(ink, components, measured, filter, is_kept);
  // What is left out as an object that reaches in may have a digit that it touches.
  const std::vector<Box> beside =
      dark_boxes(ink, components, filter.surroundings(measured, is_kept));
  bool is_complete = true;
  for (std::size_t i = 0; i < measured.size(); ++i) {
    const bool is_left_out =
        !is_kept[i] && measured[i].darkest >= kMinDarkness &&
        (filter.is_doubtful(measured[i].box) || filter.may_have_writing(beside[i]));
    // What crosses a cell's border and reaches the edge may be cut by it.
    const bool is_cut = is_kept[i] && line_thickness > 0 && touches_edge(measured[i].box, ink);
    if (is_left_out || is_cut) is_complete = false;
  }
  keep_components(ink, components, is_kept);
  const bool has_all_faint = add_fainter_writing(ink, suppressed, darkness, min_ink, filter);
  return is_complete && has_all_faint;
}

}  // namespace

CleanPhoto clean_photo(const GrayImage& photo) {
  CleanPhoto result{
      {photo.width, photo.height, std::vector<std::uint8_t>(photo.pixels.size(), 255)}};
  if (photo.pixels.empty()) return result;
  FloatImage ink = correct_illumination(binomial_blur(photo));
  const float min_ink = suppress_background(ink);
  // Before, since a frame's sides may pass for ruled lines; and after, since these hold marks
  // together.
  bool are_marks_certain = remove_marks(ink);
  const int line_thickness = remove_ruled_lines(ink);
  are_marks_certain = remove_marks(ink) && are_marks_certain;
  const FloatImage suppressed = ink;
  // Whether there is writing of that darkness.
  const auto keep_writing = [&](float darkness) {
    if (darkness < std::max(kMinContrast, kMinContrastOverInk * min_ink)) return false;
    for (std::size_t i = 0; i < ink.pixels.size(); ++i)
      ink.pixels[i] = normalised(suppressed.pixels[i], darkness);
    result.is_complete =
        filter_components(ink, suppressed, darkness, min_ink, line_thickness) && are_marks_certain;
    return std::ranges::any_of(ink.pixels, [](float value) { return value > 0; });
  };
  const float darkness = darkness_of(suppressed);
  // On paper with so many lines that these are most of the ink, the writing is much darker.
  if (!keep_writing(darkness) &&
      !keep_writing(darkness_of(suppressed, kMinDarker * darkness, kMinDarkerArea)))
    return result;
  for (std::size_t i = 0; i < ink.pixels.size(); ++i)
    result.image.pixels[i] = static_cast<std::uint8_t>(std::lround(255 * (1 - ink.pixels[i])));
  return result;
}

}  // namespace numeral
