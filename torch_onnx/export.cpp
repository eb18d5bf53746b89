#include <onnx/checker.h>
#include <torch_onnx/export.h>

#include <fstream>
#include <utility>

#include "error_text.h"
#include "operators.h"
#include "trace.h"

namespace torch_onnx {
namespace {

void check_sample(const torch::Tensor& sample) {
  if (sample.dim() < 2 || sample.numel() == 0 || sample.scalar_type() != torch::kFloat32)
    throw ExportError("expected a sample of float32 [n, ...], found " +
                      c10::str(sample.scalar_type()) + " " + c10::str(sample.sizes()));
}

onnx::ModelProto to_model(const Trace& trace, const torch::Tensor& sample,
                          const ExportOptions& options) {
  OnnxGraph graph(options.input_name, options.output_name);
  convert_trace(trace, sample.sizes(), graph);

  onnx::ModelProto model;
  model.set_ir_version(kIrVersion);
  model.set_producer_name(options.producer_name);
  model.set_producer_version(options.producer_version);
  onnx::OperatorSetIdProto& opset = *model.add_opset_import();
  opset.set_domain("");
  opset.set_version(kOpsetVersion);
  *model.mutable_graph() = graph.proto();
  check_model(model);
  return model;
}

}  // namespace

onnx::ModelProto export_model(torch::nn::Sequential network, const torch::Tensor& sample,
                              const ExportOptions& options) {
  check_sample(sample);
  return to_model(trace_network(std::move(network), sample), sample, options);
}

onnx::ModelProto export_model(torch::nn::AnyModule module, const torch::Tensor& sample,
                              const ExportOptions& options) {
  check_sample(sample);
  return to_model(trace_network(std::move(module), sample), sample, options);
}

void check_model(const onnx::ModelProto& model) {
  try {
    onnx::checker::check_model(model, /*full_check=*/true);
  } catch (const std::exception& error) {
    throw ExportError("ONNX's checker refuses the model: " + one_line(error.what()));
  }
}

void save_model(const onnx::ModelProto& model, const std::filesystem::path& path) {
  std::string bytes;
  try {
    check_model(model);
  } catch (const ExportError& error) {
    throw ExportError(path.string() + ": " + error.what());
  }
  if (!model.SerializeToString(&bytes))
    throw ExportError(path.string() + ": the model is too large for one ONNX file (2 GB)");

  // A rename replaces the old file as a whole.
  const std::filesystem::path partial = path.string() + ".partial";
  std::ofstream file(partial, std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  std::error_code error = file ? std::error_code() : std::make_error_code(std::errc::io_error);
  if (!error) std::filesystem::rename(partial, path, error);
  if (!error) return;
  std::error_code ignored;
  std::filesystem::remove(partial, ignored);
  throw ExportError(path.string() + ": cannot be written: " + error.message());
}

}  // namespace torch_onnx
