#pragma once

#include <torch/torch.h>

namespace numeral {

/// The state of AdamW, the optimizer, for one tensor of all parameters.
struct AdamW {
  torch::Tensor first_moments, second_moments;  ///< like the parameters; zeros at first
  std::int64_t steps = 0;
};

AdamW make_adamw(const torch::Tensor& parameters);

/// Updates `parameters` by `gradients`, with libtorch's defaults for what is not given (betas 0.9
/// and 0.999, epsilon 1e-8). As torch::optim::AdamW, but on one tensor. Loshchilov, Hutter,
/// "Decoupled weight decay regularization", 2019.
void adamw_step(AdamW& state, torch::Tensor& parameters, const torch::Tensor& gradients,
                double learning_rate, double weight_decay);

}  // namespace numeral
