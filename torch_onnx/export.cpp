#include <torch_onnx/export.h>

#include <onnx/checker.h>

#include <exception>
#include <utility>

#include "native/files.h"
#include "train/base/torch_error.h"
#include "torch_onnx/operators.h"

namespace numeral {

Result<onnx::ModelProto> export_onnx(torch::nn::Sequential network, const torch::Tensor& sample,
                                     const ExportOptions& options) {
  if (sample.dim() < 2 || sample.numel() == 0 || sample.scalar_type() != torch::kFloat32)
    return fail("expected a sample of float32 [n, ...], found " + c10::str(sample.scalar_type()) +
                " " + c10::str(sample.sizes()));
  const Result<Trace> trace = trace_network(std::move(network), sample);
  if (!trace) return tl::unexpected(trace.error());
  OnnxGraph graph(options.input_name, options.output_name);
  if (auto done = translate(*trace, sample.sizes(), graph); !done)
    return tl::unexpected(done.error());

  onnx::ModelProto model;
  model.set_ir_version(kOnnxIrVersion);
  model.set_producer_name(options.producer_name);
  model.set_producer_version(options.producer_version);
  onnx::OperatorSetIdProto& opset = *model.add_opset_import();
  opset.set_domain("");
  opset.set_version(kOnnxOpset);
  *model.mutable_graph() = graph.proto();
  if (auto checked = check_onnx(model); !checked) return tl::unexpected(checked.error());
  return model;
}

Result<void> check_onnx(const onnx::ModelProto& model) {
  try {
    onnx::checker::check_model(model, /*full_check=*/true);
    return {};
  } catch (const std::exception& error) {
    return fail("ONNX's checker refuses the model: " + one_line(error.what()));
  }
}

Result<void> save_onnx(const onnx::ModelProto& model, const std::filesystem::path& path) {
  if (auto checked = check_onnx(model); !checked)
    return fail(path.string() + ": " + checked.error().message);
  std::string bytes;
  if (!model.SerializeToString(&bytes))
    return fail(path.string() + ": the model is too large for one ONNX file (2 GB)");
  return write_file_atomically(path, bytes);
}

}  // namespace numeral
