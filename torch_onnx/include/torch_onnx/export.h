#pragma once

#include <onnx/onnx_pb.h>
#include <torch/torch.h>
#include <torch_onnx/call.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace torch_onnx {

/// The oldest opset that models are exported for, and the default.
inline constexpr int kMinOpset = 17;

/// A module that cannot be exported, or a model that cannot be saved. `what()` is one line.
class ExportError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The dynamic axes of one input: {{0, "batch"}, {2, "height"}}. Axes of the same name always have
/// the same size.
using DynamicAxes = std::map<std::int64_t, std::string>;

struct ExportOptions {
  /// In the order of the example inputs; default: "input", or "input_0", "input_1", ...
  std::vector<std::string> input_names = {};
  /// In the order of the results; default: "output", or "output_0", "output_1", ...
  std::vector<std::string> output_names = {};
  /// One entry for each example input. Default: axis 0 of each, the batch, is "N". An empty entry
  /// fixes all sizes of an input.
  std::vector<DynamicAxes> dynamic_axes = {};
  /// The opset (https://onnx.ai/onnx/repo-docs/Versioning.html): from 17 to the newest that libonnx
  /// knows.
  int opset = kMinOpset;
  std::string producer_name = "torch_onnx";
  std::string producer_version = {};
};

/// Exports what `forward` computes with `module`'s parameters. It is called several times, in
/// evaluation mode: on `examples`, on other values, and with other sizes of the dynamic axes. The
/// ATen operations that it calls become ONNX nodes, and all calls must agree in them: where
/// a branch, a number or a constant tensor depends on values or on a dynamic size in a way that
/// the model could not follow, ExportError says which.
///
/// Initializers have the names of the module's parameters. A batch norm directly after
/// a convolution is folded into the convolution. Tensors are float32, int64, int32 or bool.
///
/// The module's modes (training, requires_grad) are restored afterwards. No other thread may use it
/// meanwhile.
///
/// Throws ExportError if the module cannot run on the examples, or calls an operation that has no
/// converter (the message names the operation and its module), or if the result fails
/// `check_model`.
onnx::ModelProto export_model(torch::nn::Module& module, const Forward& forward,
                              torch::TensorList examples, const ExportOptions& options = {});

/// Exports a torch::nn module by calling its `forward` with the examples. `module` is the module,
/// its holder or a shared_ptr to it. `forward` takes one to eight tensors, or a vector of them, and
/// returns a tensor, or vectors, pairs or tuples of them. Anything else: the function above.
///
///   export_model(net, torch::zeros({1, 1, 28, 28}));
///   export_model(net, {tokens, mask});
template <class Module>
onnx::ModelProto export_model(Module&& module, torch::TensorList examples,
                              const ExportOptions& options = {}) {
  auto& self = detail::module_of(module);
  return export_model(
      self, [&](const Tensors& inputs) { return detail::call_forward(self, inputs); }, examples,
      options);
}

/// The same for AnyModule, which takes and returns one tensor.
onnx::ModelProto export_model(torch::nn::AnyModule module, torch::TensorList examples,
                              const ExportOptions& options = {});

/// The same for a Sequential. Nodes have the names of its children.
onnx::ModelProto export_model(torch::nn::Sequential network, torch::TensorList examples,
                              const ExportOptions& options = {});

/// Runs ONNX's checker with strict shape inference. Throws ExportError with the checker's message.
void check_model(const onnx::ModelProto& model);

/// Checks a model and writes it to `path`. On failure throws ExportError and leaves the file that
/// was there before, if any, unchanged.
void save_model(const onnx::ModelProto& model, const std::filesystem::path& path);

/// Exports a module to a file.
template <class Module>
void export_model(Module&& module, torch::TensorList examples, const std::filesystem::path& path,
                  const ExportOptions& options = {}) {
  save_model(export_model(std::forward<Module>(module), examples, options), path);
}

/// The ATen operations that can be exported, sorted: "aten::add", ... Their in-place forms
/// ("aten::add_") are exported too, where no other operation uses the tensor that they change.
std::vector<std::string> supported_operations();

}  // namespace torch_onnx
