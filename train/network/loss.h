#pragma once

#include <torch/torch.h>

#include <functional>

namespace numeral {

/// What training makes small: from a batch's images, float32 [n, 1, 28, 28], the network's logits
/// for them, [n, classes], and their labels, int64 [n], the mean over the batch, a scalar. It is
/// called by several workers at a time, each with its own part of the batch.
using Loss = std::function<torch::Tensor(const torch::Tensor& images, const torch::Tensor& logits,
                                         const torch::Tensor& labels)>;

/// Cross-entropy against labels of which the share `smoothing` (0 to 1) is spread evenly over all
/// classes. Szegedy et al., "Rethinking the Inception Architecture", 2016.
///
/// With a `robustness` over 0, each picture counts by the probability that the network gives its
/// label, to this power: some labels are wrong, and what the network will not believe for long need
/// not be learned by heart. Without smoothing that has the gradients of generalized cross-entropy;
/// Zhang, Sabuncu, "Generalized Cross Entropy Loss for Training Deep Neural Networks with Noisy
/// Labels", 2018.
Loss cross_entropy(double smoothing, double robustness = 0);

}  // namespace numeral
