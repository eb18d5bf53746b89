#include "train/publish/ort_format.h"

#include <onnxruntime_c_api.h>
#include <onnxruntime_session_options_config_keys.h>

#include <set>
#include <stdexcept>

#include "core/model_card.h"
#include "core/onnxruntime.h"
#include "native/files.h"
#include "native/ort_model.h"
#include "train/base/or_throw.h"
#include "train/base/torch_error.h"

namespace numeral {
namespace {

namespace fs = std::filesystem;

/// Throws a failed call's message, on one line.
void throw_if_failed(OrtStatus* status) {
  if (const Result<void> done = check(status); !done)
    throw std::runtime_error(one_line(done.error().message));
}

/// Options for a session that writes its optimised model to `target`, in ORT format.
OrtSessionOptionsHandle options_to_save(const fs::path& target) {
  const OrtApi& ort = *onnxruntime_api();
  OrtSessionOptions* created = nullptr;
  throw_if_failed(ort.CreateSessionOptions(&created));
  OrtSessionOptionsHandle options(created);
  throw_if_failed(ort.SetSessionGraphOptimizationLevel(created, ORT_ENABLE_EXTENDED));
  throw_if_failed(ort.SetOptimizedModelFilePath(created, target.c_str()));
  throw_if_failed(
      ort.AddSessionConfigEntry(created, kOrtSessionOptionsConfigSaveModelFormat, "ORT"));
  return options;
}

/// Creating a session is what writes its optimised model.
void save_optimized(const fs::path& onnx_path, const fs::path& target) {
  // The environment comes first: it reports a missing API.
  OrtEnv* const environment = or_throw(onnxruntime_environment());
  const OrtSessionOptionsHandle options = options_to_save(target);
  OrtSession* session = nullptr;
  throw_if_failed(
      onnxruntime_api()->CreateSession(environment, onnx_path.c_str(), options.get(), &session));
  const OrtSessionHandle session_handle(session);
}

OrtSessionHandle load_model(std::span<const std::uint8_t> model) {
  OrtEnv* const environment = or_throw(onnxruntime_environment());
  OrtSession* session = nullptr;
  throw_if_failed(onnxruntime_api()->CreateSessionFromArray(environment, model.data(), model.size(),
                                                            nullptr, &session));
  return OrtSessionHandle(session);
}

/// An input that refers to the values of `images`.
OrtValueHandle input_value(const torch::Tensor& images) {
  const OrtApi& ort = *onnxruntime_api();
  OrtMemoryInfo* memory = nullptr;
  throw_if_failed(ort.CreateCpuMemoryInfo(OrtArenaAllocator, OrtMemTypeDefault, &memory));
  const OrtMemoryInfoHandle memory_handle(memory);
  ::OrtValue* value = nullptr;
  throw_if_failed(ort.CreateTensorWithDataAsOrtValue(memory, images.data_ptr(), images.nbytes(),
                                                     images.sizes().data(), images.dim(),
                                                     ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT, &value));
  return OrtValueHandle(value);
}

/// A copy of a float32 tensor.
torch::Tensor to_torch(::OrtValue* value) {
  const OrtApi& ort = *onnxruntime_api();
  OrtTensorTypeAndShapeInfo* info = nullptr;
  throw_if_failed(ort.GetTensorTypeAndShape(value, &info));
  const OrtTensorInfoHandle info_handle(info);
  std::size_t rank = 0;
  throw_if_failed(ort.GetDimensionsCount(info, &rank));
  std::vector<std::int64_t> sizes(rank);
  throw_if_failed(ort.GetDimensions(info, sizes.data(), rank));
  void* data = nullptr;
  throw_if_failed(ort.GetTensorMutableData(value, &data));
  return torch::from_blob(data, sizes, torch::kFloat32).clone();
}

}  // namespace

void convert_to_ort(const fs::path& onnx_path, const fs::path& ort_path) {
  or_throw(write_file_atomically(ort_path, [&](const fs::path& temporary) -> Result<void> {
    try {
      save_optimized(onnx_path, temporary);
      return {};
    } catch (const std::exception& error) {
      return fail(onnx_path.string() + ": " + error.what());
    }
  }));
}

std::vector<std::string> ort_operators(std::span<const std::uint8_t> ort_model) {
  std::set<std::string> operators;
  for (const OrtNode& node : or_throw(parse_ort_model(ort_model)).nodes) {
    const std::string domain = node.domain.empty() ? "ai.onnx" : node.domain;
    operators.insert(domain + ";" + std::to_string(node.since_version) + ";" + node.op_type);
  }
  return {operators.begin(), operators.end()};
}

torch::Tensor run_model(std::span<const std::uint8_t> model, const torch::Tensor& images) {
  const OrtSessionHandle session = load_model(model);
  const torch::Tensor contiguous = images.to(torch::kCPU, torch::kFloat32).contiguous();
  const OrtValueHandle input = input_value(contiguous);
  const ::OrtValue* const inputs[] = {input.get()};
  const char* const input_names[] = {kInputName};
  const char* const output_names[] = {kOutputName};
  ::OrtValue* output = nullptr;
  throw_if_failed(onnxruntime_api()->Run(session.get(), nullptr, input_names, inputs, 1,
                                         output_names, 1, &output));
  const OrtValueHandle output_handle(output);
  return to_torch(output);
}

}  // namespace numeral
