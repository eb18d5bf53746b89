#include "train/network/loss.h"

namespace numeral {

namespace F = torch::nn::functional;

Loss cross_entropy(double smoothing, double gce_q) {
  return [smoothing, gce_q](const torch::Tensor& logits, const torch::Tensor& labels) {
    const auto options = F::CrossEntropyFuncOptions().label_smoothing(smoothing);
    if (gce_q == 0) return F::cross_entropy(logits, labels, options);
    const torch::Tensor losses = F::cross_entropy(
        logits, labels, F::CrossEntropyFuncOptions(options).reduction(torch::kNone));
    const torch::Tensor label_probabilities =
        logits.detach().softmax(1).gather(1, labels.unsqueeze(1)).squeeze(1);
    return (losses * label_probabilities.pow(gce_q)).mean();
  };
}

}  // namespace numeral
