#pragma once

#include <torch/torch.h>

#include <filesystem>
#include <string>
#include <vector>

#include "core/error.h"

namespace numeral {

/// Optimises an ONNX model and writes it in ONNX Runtime's own format, which is all that a minimal
/// build of it can read; wholly or not at all. The optimisations are those that hold on every
/// machine (level EXTENDED).
Result<void> convert_to_ort(const std::filesystem::path& onnx_path,
                            const std::filesystem::path& ort_path);

/// The operators of the model that `convert_to_ort` makes, each as "domain;since_version;type"
/// with the domain "ai.onnx" for ONNX's own, sorted, each once: "com.microsoft;1;FusedConv".
Result<std::vector<std::string>> operators_of_optimized(const std::filesystem::path& onnx_path);

/// Runs a model of ours (ONNX or ORT format) on `images`, float32 [n, channels, height, width],
/// and returns its probabilities, float32 [n, classes].
Result<torch::Tensor> run_model(const std::filesystem::path& path, const torch::Tensor& images);

}  // namespace numeral
