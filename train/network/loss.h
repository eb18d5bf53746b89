#pragma once

#include <torch/torch.h>

#include <functional>

namespace numeral {

/// A loss function: takes logits, float32 [n, outputs], and labels, int64 [n], and returns the mean
/// over the batch, a scalar. Several workers call it at the same time.
using Loss = std::function<torch::Tensor(const torch::Tensor& logits, const torch::Tensor& labels)>;

/// Cross-entropy with label smoothing: the share `smoothing` (0 to 1) of each label is spread
/// evenly over all classes. Szegedy et al., "Rethinking the Inception Architecture", 2016.
///
/// With `gce_q` over 0 each example's loss is weighted by p^q, where p is the probability that the
/// network gives its label, held constant in the backward pass. Examples with wrong labels then
/// count less. Without smoothing the gradients are those of generalized cross-entropy,
/// (1 - p^q) / q; Zhang, Sabuncu, "Generalized Cross Entropy Loss for Training Deep Neural Networks
/// with Noisy Labels", 2018.
Loss cross_entropy(double smoothing, double gce_q = 0);

}  // namespace numeral
