#pragma once

#include <optional>
#include <vector>

#include "native/idx.h"
#include "train/augmentation/augmentation.h"
#include "train/augmentation/negatives.h"
#include "train/base/random.h"
#include "train/data/examples.h"
#include "train/training/settings.h"

namespace numeral {

/// What the network is trained on: pictures of a data set, augmented and preprocessed, and among
/// them negatives, which are drawn. Both are new in every epoch.
class TrainingSet {
 public:
  /// `dataset` and its training pictures `indices` must outlive this. Throws std::runtime_error
  /// where a font for the negatives is missing.
  TrainingSet(const IdxDataset& dataset, const std::vector<std::size_t>& indices,
              const TrainSettings& settings);

  /// The examples of an epoch: indices of pictures, and from the data set's size on, negatives.
  std::vector<std::size_t> indices() const;

  /// How many those are.
  std::size_t count() const { return indices_.size() + negatives_; }

  /// Makes one of them; its class is `settings.classes` for a negative.
  Example example(std::size_t index, Random& random) const;

 private:
  const IdxDataset& dataset_;
  const std::vector<std::size_t>& indices_;
  std::size_t negatives_;  ///< in an epoch
  int negative_label_;
  Transform transform_;
  std::optional<NegativePainter> painter_;
};

}  // namespace numeral
