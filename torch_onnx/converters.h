#pragma once

#include <functional>
#include <map>
#include <string>

#include "operation.h"

namespace torch_onnx {

/// Adds the ONNX nodes of one ATen operation, or of several with the same arguments, and throws
/// ExportError on arguments that ONNX cannot express.
using Converter = std::function<void(const Operation&)>;
using Converters = std::map<std::string, Converter>;

// The converters by family, one row an operation.
Converters convolution_converters();
Converters elementwise_converters();
Converters linear_converters();
Converters normalization_converters();
Converters pooling_converters();
Converters recurrent_converters();
Converters reduction_converters();
Converters shape_converters();

// What several families use.

/// Reduces `axes` of the value `input`: "ReduceMean", "ReduceSum", ...
std::string add_reduction(const Operation& op, const std::string& type, const std::string& input,
                          const Integers& axes, bool keep_dimensions);

/// A batch norm in evaluation mode: per channel y = scale * x + shift, in float64.
struct BatchNorm {
  torch::Tensor weight, bias, mean, variance;
  double epsilon = 0;

  torch::Tensor scale() const {
    return weight.to(torch::kFloat64) / (variance.to(torch::kFloat64) + epsilon).sqrt();
  }
  torch::Tensor shift() const {
    return bias.to(torch::kFloat64) - mean.to(torch::kFloat64) * scale();
  }
};

/// Arguments: input, weight, bias, running mean, running variance, training, momentum, epsilon.
BatchNorm read_batch_norm(const Operation& op);

}  // namespace torch_onnx
