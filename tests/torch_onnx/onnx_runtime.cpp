#include "onnx_runtime.h"

#include <onnxruntime_cxx_api.h>

#include <algorithm>
#include <limits>

#include "core/onnxruntime.h"

namespace torch_onnx::test {
namespace {

/// Numeral's environment, which takes care that ONNX and ONNX Runtime share their schemas.
const Ort::Env& environment() {
  static const Ort::Env& env = *new Ort::Env(numeral::onnxruntime_environment().value());
  return env;
}

ONNXTensorElementDataType element_type(torch::ScalarType type) {
  switch (type) {
    case torch::kFloat32:
      return ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT;
    case torch::kInt64:
      return ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64;
    case torch::kInt32:
      return ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32;
    case torch::kBool:
      return ONNX_TENSOR_ELEMENT_DATA_TYPE_BOOL;
    default:
      throw std::invalid_argument("no such tensor");
  }
}

torch::Tensor to_torch(Ort::Value& value) {
  const auto info = value.GetTensorTypeAndShapeInfo();
  for (const torch::ScalarType type : {torch::kFloat32, torch::kInt64, torch::kInt32, torch::kBool})
    if (element_type(type) == info.GetElementType())
      return torch::from_blob(value.GetTensorMutableRawData(), info.GetShape(), type).clone();
  throw std::invalid_argument("no such tensor");
}

}  // namespace

struct Session::State {
  Ort::Session session{nullptr};
  std::vector<std::string> inputs, outputs;
};

Session::Session(const onnx::ModelProto& model) : state_(std::make_unique<State>()) {
  const std::string bytes = model.SerializeAsString();
  Ort::SessionOptions options;
  options.SetIntraOpNumThreads(1);
  state_->session = Ort::Session(environment(), bytes.data(), bytes.size(), options);
  for (const auto& input : model.graph().input()) state_->inputs.push_back(input.name());
  for (const auto& output : model.graph().output()) state_->outputs.push_back(output.name());
}

Session::~Session() = default;

Tensors Session::run(const Tensors& inputs) const {
  const auto memory = Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
  Tensors contiguous;
  std::vector<Ort::Value> values;
  std::vector<const char*> input_names, output_names;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    contiguous.push_back(inputs[i].contiguous());
    const torch::Tensor& input = contiguous.back();
    values.push_back(Ort::Value::CreateTensor(memory, input.data_ptr(), input.nbytes(),
                                              input.sizes().data(), input.dim(),
                                              element_type(input.scalar_type())));
    input_names.push_back(state_->inputs.at(i).c_str());
  }
  for (const std::string& name : state_->outputs) output_names.push_back(name.c_str());
  Tensors results;
  for (Ort::Value& value :
       state_->session.Run(Ort::RunOptions(), input_names.data(), values.data(), values.size(),
                           output_names.data(), output_names.size()))
    results.push_back(to_torch(value));
  return results;
}

double relative_difference(const torch::Tensor& found, const torch::Tensor& expected) {
  if (found.sizes() != expected.sizes() || found.scalar_type() != expected.scalar_type())
    return std::numeric_limits<double>::infinity();
  if (expected.numel() == 0 || found.equal(expected)) return 0;
  if (!expected.is_floating_point()) return std::numeric_limits<double>::infinity();
  const torch::Tensor difference = torch::where(found == expected, 0, found - expected).abs();
  const double largest = expected.abs().max().item<double>();
  return difference.max().item<double>() / std::max(largest, 1e-3);
}

double relative_difference(const Tensors& found, const Tensors& expected) {
  if (found.size() != expected.size()) return std::numeric_limits<double>::infinity();
  double largest = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const double difference = relative_difference(found[i], expected[i]);
    if (!(difference <= largest)) largest = difference;  // also where it is no number
  }
  return largest;
}

}  // namespace torch_onnx::test
