#pragma once

#include <torch/torch.h>

namespace numeral {

/// Subtracts the mean and divides by the standard deviation of the training pictures, so that
/// both are part of the network and whoever uses it need not know them.
class NormalizeImpl : public torch::nn::Cloneable<NormalizeImpl> {
 public:
  NormalizeImpl(double mean, double standard_deviation);
  torch::Tensor forward(const torch::Tensor& images);
  void reset() override {}

 private:
  double mean_;
  double standard_deviation_;
};
TORCH_MODULE(Normalize);

/// The mean and standard deviation of the pixels of preprocessed MNIST pictures, 0 to 1.
inline constexpr double kPixelMean = 0.1307;
inline constexpr double kPixelDeviation = 0.3081;

/// The network: five 3x3 convolutions with batch norm, which with a stride and a pooling bring the
/// picture down to 2x2, the mean over those, and one linear layer.
/// Input float32 [n, 1, 28, 28], 0 to 1; output the logits, float32 [n, classes].
torch::nn::Sequential make_network(int classes);

/// `network` with a softmax behind it: the model as it is published. Shares the parameters.
torch::nn::Sequential with_softmax(const torch::nn::Sequential& network);

/// A network of its own with the same weights. Unlike `clone()` it keeps the layers' names.
torch::nn::Sequential clone_of(const torch::nn::Sequential& network);

/// The number of trained values.
std::int64_t parameter_count(const torch::nn::Module& module);

}  // namespace numeral
