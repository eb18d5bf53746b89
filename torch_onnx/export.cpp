#include <onnx/checker.h>
#include <onnx/defs/schema.h>
#include <torch_onnx/export.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <utility>

#include "error_text.h"
#include "operators.h"
#include "trace.h"

namespace torch_onnx {
namespace {

void check_examples(torch::TensorList examples) {
  if (examples.empty()) throw ExportError("expected an example of each input");
  for (const torch::Tensor& example : examples) {
    if (!example.defined() || example.numel() == 0)
      throw ExportError("expected examples with elements, found an empty tensor");
    (void)onnx_type(example.scalar_type());
  }
}

/// Completes the names that the options leave out: "input", or "input_0", "input_1", ...
void complete_names(std::vector<std::string>& names, std::size_t count, const std::string& prefix) {
  if (names.empty())
    for (std::size_t i = 0; i < count; ++i)
      names.push_back(count == 1 ? prefix : prefix + "_" + std::to_string(i));
  if (names.size() != count)
    throw ExportError("expected " + std::to_string(count) + " " + prefix + " names, found " +
                      std::to_string(names.size()));
}

std::vector<DynamicAxes> complete_axes(const ExportOptions& options, torch::TensorList examples) {
  std::vector<DynamicAxes> axes = options.dynamic_axes;
  if (axes.empty())
    for (const torch::Tensor& example : examples)
      axes.push_back(example.dim() == 0 ? DynamicAxes() : DynamicAxes{{0, "N"}});
  if (axes.size() != examples.size())
    throw ExportError("expected dynamic_axes for " + std::to_string(examples.size()) +
                      " inputs, found " + std::to_string(axes.size()));
  return axes;
}

int newest_opset() {
  return onnx::OpSchemaRegistry::DomainToVersionRange::Instance().Map().at("").second;
}

void check_opset(int opset) {
  if (opset < kMinOpset || opset > newest_opset())
    throw ExportError("expected an opset from " + std::to_string(kMinOpset) + " to " +
                      std::to_string(newest_opset()) + ", found " + std::to_string(opset));
}

/// The IR version that came with an opset: 8 with 17, 10 with 21.
int ir_version(int opset) {
  return std::min(8 + (opset - kMinOpset) / 2, int(onnx::Version::IR_VERSION));
}

}  // namespace

onnx::ModelProto export_model(torch::nn::Module& module, const Forward& forward,
                              torch::TensorList examples, const ExportOptions& options) {
  check_opset(options.opset);
  check_examples(examples);
  const std::vector<DynamicAxes> dynamic_axes = complete_axes(options, examples);
  const Trace trace = trace_network(module, forward, examples.vec(), dynamic_axes);
  ExportOptions complete = options;
  complete_names(complete.input_names, examples.size(), "input");
  complete_names(complete.output_names, trace.graph->outputs().size(), "output");
  std::vector<std::string> reserved = complete.input_names;
  reserved.insert(reserved.end(), complete.output_names.begin(), complete.output_names.end());
  if (std::set<std::string>(reserved.begin(), reserved.end()).size() != reserved.size())
    throw ExportError("expected a different name for each input and output");
  OnnxGraph graph(reserved);
  convert_trace(trace, complete, dynamic_axes, graph);

  onnx::ModelProto model;
  model.set_ir_version(ir_version(options.opset));
  model.set_producer_name(options.producer_name);
  model.set_producer_version(options.producer_version);
  onnx::OperatorSetIdProto& opset = *model.add_opset_import();
  opset.set_domain("");
  opset.set_version(options.opset);
  *model.mutable_graph() = graph.proto();
  check_model(model);
  return model;
}

onnx::ModelProto export_model(torch::nn::Sequential network, torch::TensorList examples,
                              const ExportOptions& options) {
  const auto forward = [&](const Tensors& inputs) {
    return Tensors{forward_by_child(*network, inputs.at(0))};
  };
  return export_model(*network, forward, examples, options);
}

onnx::ModelProto export_model(torch::nn::AnyModule module, torch::TensorList examples,
                              const ExportOptions& options) {
  const auto forward = [&](const Tensors& inputs) {
    return Tensors{module.any_forward(inputs.at(0)).get<torch::Tensor>()};
  };
  return export_model(*module.ptr(), forward, examples, options);
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
