#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/activations.h"
#include "core/error.h"
#include "core/preprocess.h"

namespace numeral {

/// At most so many digits can be taught.
inline constexpr std::size_t kMaxLessons = 1000;

/// What somebody has taught a model: digits with their true labels. A digit that looks to the
/// network like one of them is read as that one's label (few-shot learning by a cache of examples);
/// any other digit is read as before.
class Lessons {
 public:
  /// Without a lesson so far, for a model in ORT format that a Recognizer was made of before. Fails
  /// where no Gemm and Softmax make its probabilities.
  static Result<Lessons> create(std::span<const std::byte> model);

  /// Teaches that a network input has this label, an index into the model card's. The label of an
  /// input that was taught before is replaced.
  Result<void> teach(const NetworkInput& input, int label);

  /// The network's probabilities for an input, corrected by what was taught; they add up to 1.
  Result<std::vector<float>> probabilities(const NetworkInput& input);

  std::size_t size() const { return lessons_.size(); }

 private:
  struct Lesson {
    NetworkInput input;
    std::vector<float> features;  ///< of length 1
    int label = 0;
    float boost = 0;  ///< what it adds to the label's log-probability where the digit is the same
  };

  Lessons(ActivationModel model, std::size_t features, std::size_t probabilities);

  /// Runs the network.
  /// @returns the values that its scores are made of, scaled to length 1
  Result<std::vector<float>> features_of(const NetworkInput& input);

  /// The network's latest probabilities with what lessons add to them. They need not add up to 1.
  std::vector<float> boosted(const std::vector<float>& features) const;

  ActivationModel model_;
  std::size_t features_;       ///< index of the layer
  std::size_t probabilities_;  ///< index of the layer
  std::vector<Lesson> lessons_;
};

}  // namespace numeral
