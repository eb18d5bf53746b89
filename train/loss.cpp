#include "loss.h"

namespace numeral {

namespace F = torch::nn::functional;

Loss smoothed_cross_entropy(double smoothing) {
  return
      [smoothing](const torch::Tensor&, const torch::Tensor& logits, const torch::Tensor& labels) {
        return F::cross_entropy(logits, labels,
                                F::CrossEntropyFuncOptions().label_smoothing(smoothing));
      };
}

}  // namespace numeral
