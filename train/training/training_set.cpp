#include "train/training/training_set.h"

#include "train/base/or_throw.h"

namespace numeral {

TrainingSet::TrainingSet(const IdxDataset& dataset, const std::vector<std::size_t>& indices,
                         const TrainSettings& settings)
    : dataset_(dataset),
      indices_(indices),
      negatives_(static_cast<std::size_t>(settings.negatives * double(indices.size()))),
      negative_label_(settings.classes),
      transform_(
          training_transform(settings.augmentation, settings.input_mode, settings.drawn_forms)) {
  if (settings.negatives > 0) painter_ = or_throw(NegativePainter::create(dataset, indices));
}

std::vector<std::size_t> TrainingSet::indices() const {
  std::vector<std::size_t> all = indices_;
  for (std::size_t i = 0; i < negatives_; ++i) all.push_back(dataset_.count() + i);
  return all;
}

Example TrainingSet::example(std::size_t index, Random& random) const {
  if (index >= dataset_.count()) return {painter_->paint(random), negative_label_};
  const int label = dataset_.labels[index];
  return {transform_(dataset_.image(index), label, random), label};
}

}  // namespace numeral
