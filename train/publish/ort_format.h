#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace numeral {

/// Optimises an ONNX model and writes it in ONNX Runtime's own format, the only one that its
/// minimal builds can read. The optimisations (level EXTENDED) do not depend on the machine. Throws
/// std::runtime_error, and leaves what was at `ort_path` before, if the model cannot be read or the
/// file cannot be written. https://onnxruntime.ai/docs/performance/model-optimizations
void convert_to_ort(const std::filesystem::path& onnx_path, const std::filesystem::path& ort_path);

/// The operators that a model in ORT format uses, each once and sorted, as
/// "domain;since_version;type", such as "ai.onnx;13;Gemm" and "com.microsoft;1;FusedConv". Throws
/// std::runtime_error if `ort_model`, a file's bytes, is no such model.
std::vector<std::string> ort_operators(std::span<const std::uint8_t> ort_model);

/// Runs a model (a file's bytes, in ONNX or ORT format) on `images`, float32 [n, channels, height,
/// width]. Returns its probabilities, float32 [n, classes]. Throws std::runtime_error if it is no
/// model of ours or does not take such images.
torch::Tensor run_model(std::span<const std::uint8_t> model, const torch::Tensor& images);

}  // namespace numeral
