#pragma once

#include <onnx/onnx_pb.h>
#include <torch/torch.h>

#include <filesystem>
#include <string>

#include "core/error.h"
#include "core/model_card.h"

namespace numeral {

/// The version of ONNX's operators that we export, and the version of its file format.
inline constexpr int kOnnxOpset = 17;
inline constexpr int kOnnxIrVersion = 8;

/// The names in an exported model.
struct ExportOptions {
  std::string input_name = kInputName;
  std::string output_name = kOutputName;
  std::string producer_name = "numeral-train";
  std::string producer_version;
};

/// Traces `network` in evaluation mode on `sample`, float32 [n, ...] with n of at least 1, and
/// gives it back as an ONNX model whose batch dimension is free and whose weights have the names
/// of the network's parameters. The network is the same afterwards as before; meanwhile nobody
/// else may use it.
/// Fails on an operation that has no translation, naming it and its module, and where the model
/// does not pass `check_onnx`.
Result<onnx::ModelProto> export_onnx(torch::nn::Sequential network, const torch::Tensor& sample,
                                     const ExportOptions& options);

/// Runs ONNX's checker with strict shape inference.
Result<void> check_onnx(const onnx::ModelProto& model);

/// Checks a model and writes it, wholly or not at all.
Result<void> save_onnx(const onnx::ModelProto& model, const std::filesystem::path& path);

}  // namespace numeral
