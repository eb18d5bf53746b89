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
Loss smoothed_cross_entropy(double smoothing);

}  // namespace numeral
