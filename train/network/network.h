#pragma once

#include <torch/torch.h>

namespace numeral {

/// Normalises images: subtracts the mean and divides by the standard deviation of the training
/// pictures. As a layer of the network, it need not be known to users of the model.
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

/// Makes the network, with random weights: five unpadded 3x3 convolutions with batch norm and ReLU,
/// which a stride and a pooling bring down to 2x2, and one linear layer. Input: float32
/// [n, 1, 28, 28], 0 to 1. Output: logits, float32 [n, outputs]. There is one output for each
/// class, and where the network learns to reject pictures of no class, one more for those. `width`
/// multiplies the channels of all convolutions.
torch::nn::Sequential make_network(int outputs, double width = 1);

/// Names of layers of `make_network`.
inline constexpr const char* kNormalizeLayer = "normalize";
inline constexpr const char* kFirstLayer = "conv1";
inline constexpr const char* kLastLayer = "classify";

/// The matrix [outputs, classes] that keeps the probability of each class and spreads that of an
/// output beyond the classes evenly over them.
torch::Tensor spread_matrix(int outputs, int classes);

/// The probabilities of the `classes`, float32 [n, classes], each row summing to 1: softmax of the
/// logits [n, outputs] divided by `temperature`. The probability of an output for "no class" is
/// spread evenly over the classes, so that no class of such a picture has a high one.
torch::Tensor class_probabilities(const torch::Tensor& logits, int classes, double temperature = 1);

/// A deep copy of `network`. Unlike `clone()` it keeps the layers' names.
torch::nn::Sequential clone_of(const torch::nn::Sequential& network);

/// The number of trainable values.
std::int64_t parameter_count(const torch::nn::Module& module);

}  // namespace numeral
