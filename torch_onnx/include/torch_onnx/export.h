#pragma once

#include <onnx/onnx_pb.h>
#include <torch/torch.h>

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

namespace torch_onnx {

/// The opset and the IR version (https://onnx.ai/onnx/repo-docs/Versioning.html) of every exported
/// model.
inline constexpr int kOpsetVersion = 17;
inline constexpr int kIrVersion = 8;

/// A module that cannot be exported, or a model that cannot be saved. `what()` is one line.
class ExportError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The names in the exported model.
struct ExportOptions {
  std::string input_name = "input";
  std::string output_name = "output";
  std::string producer_name = "torch_onnx";
  std::string producer_version = {};
};

/// Exports `network` as an ONNX model, by running it once on `sample` in evaluation mode and
/// converting the ATen operations that it calls.
///
/// `sample` is float32 [n, ...] with n >= 1; its values do not matter. The model takes one tensor
/// and returns one tensor, both float32. Their first dimension, the batch, is free ("N"); the other
/// sizes are those of the sample. Initializers have the names of the network's parameters. A batch
/// norm directly after a convolution is folded into the convolution.
///
/// The network's modes (training, requires_grad) are restored afterwards. No other thread may use
/// the network meanwhile.
///
/// Throws ExportError if the network cannot run on the sample, or calls an operation that has no
/// converter (the message names the operation and its module), or if the result fails
/// `check_model`.
onnx::ModelProto export_model(torch::nn::Sequential network, const torch::Tensor& sample,
                              const ExportOptions& options = {});

/// The same for any module with `Tensor forward(Tensor)`: `export_model(AnyModule(net), sample)`.
onnx::ModelProto export_model(torch::nn::AnyModule module, const torch::Tensor& sample,
                              const ExportOptions& options = {});

/// Runs ONNX's checker with strict shape inference. Throws ExportError with the checker's message.
void check_model(const onnx::ModelProto& model);

/// Checks a model and writes it to `path`. On failure throws ExportError and leaves the file that
/// was there before, if any, unchanged.
void save_model(const onnx::ModelProto& model, const std::filesystem::path& path);

/// The ATen operations that can be exported, sorted: "aten::add", ... Their in-place forms
/// ("aten::add_") are exported too, where no other operation uses the tensor that they change.
std::vector<std::string> supported_operations();

}  // namespace torch_onnx
