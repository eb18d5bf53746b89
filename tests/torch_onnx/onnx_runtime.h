#pragma once

#include <onnx/onnx_pb.h>
#include <torch/torch.h>
#include <torch_onnx/export.h>

#include <memory>

namespace torch_onnx::test {

/// A model in ONNX Runtime.
class Session {
 public:
  explicit Session(const onnx::ModelProto& model);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  Tensors run(const Tensors& inputs) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// By how much `found` differs from `expected` at most, relative to the largest number expected.
/// Integers must be equal. Infinite where sizes or types differ.
double relative_difference(const torch::Tensor& found, const torch::Tensor& expected);
double relative_difference(const Tensors& found, const Tensors& expected);

}  // namespace torch_onnx::test
