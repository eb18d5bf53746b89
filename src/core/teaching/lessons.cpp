#include "core/teaching/lessons.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <string>
#include <utility>

#include "core/model_card.h"

namespace numeral {
namespace {

/// Lessons that are less similar to a digit than this change nothing. Similarity is the cosine
/// between features: 0.9 between most digits of one class and writer, below 0.5 between those of
/// different classes.
constexpr float kMinSimilarity = 0.5F;

/// What a lesson at least adds to the log-probability of its label where the digit is the same; it
/// adds less the less similar a digit is. Found by measuring, as kMinSimilarity: see
/// docs/experiments.md.
constexpr float kMinBoost = 14;

/// A taught label is at least so probable before the boost: that it was as good as impossible to
/// the network does not matter.
constexpr float kMinProbability = 4.5e-5F;

/// By so much the log-probability of a taught digit's label exceeds all others'.
constexpr float kMargin = 4;

float dot(const std::vector<float>& a, const std::vector<float>& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0F);
}

std::optional<std::size_t> index_of(const std::vector<Layer>& layers, const std::string& name) {
  const auto found = std::ranges::find(layers, name, &Layer::name);
  if (found == layers.end()) return std::nullopt;
  return static_cast<std::size_t>(found - layers.begin());
}

/// The layer that makes the scores of which the probabilities are made, and has learned to.
const Layer* score_layer(const std::vector<Layer>& layers) {
  const auto softmax = std::find_if(layers.rbegin(), layers.rend(), [](const Layer& layer) {
    return layer.operation == "Softmax";
  });
  if (softmax == layers.rend() || softmax->inputs.empty()) return nullptr;
  const auto scores = index_of(layers, softmax->inputs.front());
  return scores && layers[*scores].operation == "Gemm" ? &layers[*scores] : nullptr;
}

}  // namespace

Lessons::Lessons(ActivationModel model, std::size_t features, std::size_t probabilities)
    : model_(std::move(model)), features_(features), probabilities_(probabilities) {}

Result<Lessons> Lessons::create(std::span<const std::byte> model) {
  Result<ActivationModel> activations = ActivationModel::create(model);
  if (!activations) return tl::unexpected(activations.error());
  const std::vector<Layer>& layers = activations->layers();
  const Layer* scores = score_layer(layers);
  const auto features =
      scores && !scores->inputs.empty() ? index_of(layers, scores->inputs.front()) : std::nullopt;
  const auto probabilities = index_of(layers, kOutputName);
  if (!features || !probabilities)
    return fail("this model cannot be taught: expected a Gemm and a Softmax as its last layers");
  return Lessons(std::move(*activations), *features, *probabilities);
}

Result<void> Lessons::teach(const NetworkInput& input, int label) {
  Result<std::vector<float>> features = features_of(input);
  if (!features) return tl::unexpected(features.error());
  const std::size_t labels = model_.layers()[probabilities_].output.values.size();
  if (label < 0 || std::size_t(label) >= labels)
    return fail("cannot be taught: expected a label from 0 to " + std::to_string(labels - 1) +
                ", found " + std::to_string(label));
  std::erase_if(lessons_, [&](const Lesson& lesson) { return lesson.input == input; });
  if (lessons_.size() == kMaxLessons)
    return fail("cannot be taught: there are " + std::to_string(kMaxLessons) +
                " taught digits already, and there can be no more");

  // Other lessons may speak for another label: this one is louder.
  std::vector<float> others = boosted(*features);
  others[label] = 0;
  const float own = std::max(model_.layers()[probabilities_].output.values[label], kMinProbability);
  const float boost = std::max(kMinBoost, std::log(std::ranges::max(others) / own) + kMargin);
  lessons_.push_back({input, std::move(*features), label, boost});
  return {};
}

Result<std::vector<float>> Lessons::probabilities(const NetworkInput& input) {
  const Result<std::vector<float>> features = features_of(input);
  if (!features) return tl::unexpected(features.error());
  std::vector<float> probabilities = boosted(*features);
  const std::vector<float>& before = model_.layers()[probabilities_].output.values;
  if (probabilities == before) return probabilities;
  const float sum = std::accumulate(probabilities.begin(), probabilities.end(), 0.0F);
  for (float& probability : probabilities) probability /= sum;
  return probabilities;
}

std::vector<float> Lessons::boosted(const std::vector<float>& features) const {
  std::vector<float> probabilities = model_.layers()[probabilities_].output.values;
  std::vector<float> boosts(probabilities.size());
  for (const Lesson& lesson : lessons_) {
    const float share = (dot(lesson.features, features) - kMinSimilarity) / (1 - kMinSimilarity);
    boosts[lesson.label] = std::max(boosts[lesson.label], lesson.boost * share);
  }
  for (std::size_t i = 0; i < boosts.size(); ++i)
    if (boosts[i] > 0)
      probabilities[i] = std::max(probabilities[i], kMinProbability) * std::exp(boosts[i]);
  return probabilities;
}

Result<std::vector<float>> Lessons::features_of(const NetworkInput& input) {
  if (auto ran = model_.run(input); !ran) return tl::unexpected(ran.error());
  std::vector<float> features = model_.layers()[features_].output.values;
  const float length = std::sqrt(dot(features, features));
  if (length > 0)
    for (float& value : features) value /= length;
  return features;
}

}  // namespace numeral
