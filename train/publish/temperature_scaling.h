#pragma once

#include <torch/torch.h>

namespace numeral {

/// The temperature, from 0.1 to 10, with which `class_probabilities` fit the labels best: it
/// minimises the mean negative log-likelihood. `logits` are float32 [n, outputs], `labels` int64
/// [n], below `classes`. A network trained to be less certain than it could be gets one below 1.
/// Guo, Pleiss, Sun, Weinberger, "On calibration of modern neural networks", 2017.
double fit_temperature(const torch::Tensor& logits, const torch::Tensor& labels, int classes);

/// The expected calibration error (train/evaluation/calibration.h) of the `class_probabilities` of
/// `logits` without a temperature.
double uncalibrated_error(const torch::Tensor& logits, const torch::Tensor& labels, int classes);

}  // namespace numeral
