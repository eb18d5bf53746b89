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

  double mean() const { return mean_; }
  double standard_deviation() const { return standard_deviation_; }

 private:
  double mean_;
  double standard_deviation_;
};
TORCH_MODULE(Normalize);

/// The mean and standard deviation of the pixels of preprocessed MNIST pictures, 0 to 1.
inline constexpr double kPixelMean = 0.1307;
inline constexpr double kPixelDeviation = 0.3081;

/// The network: five 3x3 convolutions with batch norm, which with a stride and a pooling bring the
/// picture down to 2x2, and one linear layer.
/// Input float32 [n, 1, 28, 28], 0 to 1; output the logits, float32 [n, outputs]. There is one
/// output a class, and where the network learns to turn away what is none of them, one more for
/// that. With another `width` every convolution has so many times the channels.
torch::nn::Sequential make_network(int outputs, double width = 1);

/// Names of layers of `make_network`.
inline constexpr const char* kNormalizeLayer = "normalize";
inline constexpr const char* kFirstLayer = "conv1";
inline constexpr const char* kLastLayer = "classify";

/// Stores the weights of convolutions with the channels innermost, which makes libtorch compute
/// in that order throughout: faster on CPUs and on tensor cores.
void to_channels_last(torch::nn::Sequential& network);

/// The matrix [outputs, classes] that leaves each class its probability and spreads that of the
/// last output, if there is one more output than classes, evenly over the classes.
torch::Tensor spread_matrix(int outputs, int classes);

/// Probabilities of the `classes`, float32 [n, classes], together 1, from logits [n, outputs]
/// divided by `temperature`. What the network gives to "none of them" is spread evenly over the
/// classes: of a picture that is nothing the classes know, it is sure of none.
torch::Tensor class_probabilities(const torch::Tensor& logits, int classes, double temperature = 1);

/// A network of its own with the same weights. Unlike `clone()` it keeps the layers' names.
torch::nn::Sequential clone_of(const torch::nn::Sequential& network);

/// The number of trained values.
std::int64_t parameter_count(const torch::nn::Module& module);

}  // namespace numeral
