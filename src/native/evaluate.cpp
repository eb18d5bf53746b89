#include "native/evaluate.h"

namespace numeral {

Result<Evaluation> evaluate(
    Recognizer& recognizer, const IdxDataset& dataset,
    const std::function<void(std::size_t, const std::optional<Recognition>&)>& each) {
  const std::size_t classes = recognizer.card().labels.size();
  Evaluation result;
  result.confusion.assign(classes, std::vector<int>(classes, 0));
  for (std::size_t i = 0; i < dataset.count(); ++i) {
    const auto answer = recognizer.recognize(dataset.image(i));
    if (!answer) return tl::unexpected(answer.error());
    ++result.total;
    if (each) each(i, *answer);
    if (!*answer) continue;
    const int label = dataset.labels[i];
    ++result.confusion[label][(*answer)->digit];
    if ((*answer)->digit == label) ++result.correct;
  }
  return result;
}

}  // namespace numeral
