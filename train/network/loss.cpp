#include "train/network/loss.h"

namespace numeral {

namespace F = torch::nn::functional;

Loss cross_entropy(double smoothing, double robustness) {
  return [smoothing, robustness](const torch::Tensor&, const torch::Tensor& logits,
                                 const torch::Tensor& labels) {
    const auto options = F::CrossEntropyFuncOptions().label_smoothing(smoothing);
    if (robustness == 0) return F::cross_entropy(logits, labels, options);
    const torch::Tensor losses = F::cross_entropy(
        logits, labels, F::CrossEntropyFuncOptions(options).reduction(torch::kNone));
    const torch::Tensor believed =
        logits.detach().softmax(1).gather(1, labels.unsqueeze(1)).squeeze(1);
    return (losses * believed.pow(robustness)).mean();
  };
}

}  // namespace numeral
