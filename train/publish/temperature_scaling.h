#pragma once

#include <torch/torch.h>

namespace numeral {

/// The temperature with which the probabilities of `logits` ([n, outputs], see
/// `class_probabilities`) fit `labels` ([n], int64, below `classes`) best: the least mean negative
/// log-likelihood, from 0.1 to 10. A network that was trained to be less sure than it could be gets
/// one below 1. Guo, Pleiss, Sun, Weinberger, "On calibration of modern neural networks", 2017.
double fit_temperature(const torch::Tensor& logits, const torch::Tensor& labels, int classes);

}  // namespace numeral
