#include "train/publish/ort_format.h"

#include <onnx/defs/schema.h>
#include <onnx/onnx_pb.h>
#include <onnxruntime_c_api.h>
#include <onnxruntime_session_options_config_keys.h>
#include <stdlib.h>

#include <fstream>
#include <set>
#include <utility>

#include "native/files.h"
#include "core/model_card.h"
#include "core/onnxruntime_environment.h"
#include "core/onnxruntime_handle.h"
#include "train/base/torch_error.h"

namespace numeral {
namespace {

namespace fs = std::filesystem;

/// The error of a failed call, with the file it is about.
tl::unexpected<Error> about(const fs::path& path, const Error& error) {
  return fail(path.string() + ": " + one_line(error.message));
}

/// Options for a session that writes its optimised model to `target`, in `format` ORT or ONNX.
Result<OrtSessionOptionsHandle> options_to_save(const fs::path& target, const char* format) {
  const OrtApi& ort = *onnxruntime_api();
  OrtSessionOptions* created = nullptr;
  if (auto done = check(ort.CreateSessionOptions(&created)); !done)
    return tl::unexpected(done.error());
  OrtSessionOptionsHandle options(created);
  const Result<void> set =
      check(ort.SetSessionGraphOptimizationLevel(created, ORT_ENABLE_EXTENDED))
          .and_then([&] { return check(ort.SetOptimizedModelFilePath(created, target.c_str())); })
          .and_then([&] {
            return check(ort.AddSessionConfigEntry(created, kOrtSessionOptionsConfigSaveModelFormat,
                                                   format));
          });
  if (!set) return tl::unexpected(set.error());
  return options;
}

Result<OrtSessionHandle> create_session(const fs::path& path, const OrtSessionOptions* options) {
  const Result<OrtEnv*> environment = onnxruntime_environment();
  if (!environment) return tl::unexpected(environment.error());
  OrtSession* session = nullptr;
  if (auto done =
          check(onnxruntime_api()->CreateSession(*environment, path.c_str(), options, &session));
      !done)
    return about(path, done.error());
  return OrtSessionHandle(session);
}

Result<void> save_optimized(const fs::path& onnx_path, const fs::path& target, const char* format) {
  // The environment comes first: it tells where the API is missing.
  if (const auto environment = onnxruntime_environment(); !environment)
    return tl::unexpected(environment.error());
  const auto options = options_to_save(target, format);
  if (!options) return tl::unexpected(options.error());
  const auto session = create_session(onnx_path, options->get());
  if (!session) return tl::unexpected(session.error());
  return {};
}

/// A new folder among the system's temporary ones, which goes with this.
class TemporaryFolder {
 public:
  static Result<TemporaryFolder> create() {
    std::error_code error;
    std::string name = (fs::temp_directory_path(error) / "numeral-XXXXXX").string();
    if (error || mkdtemp(name.data()) == nullptr)
      return fail(name + ": the temporary folder cannot be made");
    return TemporaryFolder(name);
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  TemporaryFolder(TemporaryFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  TemporaryFolder& operator=(TemporaryFolder&&) = delete;

  const fs::path& path() const { return path_; }

 private:
  explicit TemporaryFolder(fs::path path) : path_(std::move(path)) {}
  fs::path path_;
};

/// The operator of a node as "domain;since_version;type".
Result<std::string> operator_of(const onnx::NodeProto& node, const onnx::ModelProto& model) {
  for (const onnx::OperatorSetIdProto& opset : model.opset_import()) {
    if (opset.domain() != node.domain()) continue;
    const onnx::OpSchema* schema =
        onnx::OpSchemaRegistry::Schema(node.op_type(), int(opset.version()), node.domain());
    if (schema == nullptr) break;
    const std::string domain = node.domain().empty() ? "ai.onnx" : node.domain();
    return domain + ";" + std::to_string(schema->since_version()) + ";" + node.op_type();
  }
  return fail("operator " + node.op_type() + " of domain \"" + node.domain() + "\" is unknown");
}

Result<OrtValueHandle> input_value(const torch::Tensor& images) {
  const OrtApi& ort = *onnxruntime_api();
  OrtMemoryInfo* memory = nullptr;
  if (auto done = check(ort.CreateCpuMemoryInfo(OrtArenaAllocator, OrtMemTypeDefault, &memory));
      !done)
    return tl::unexpected(done.error());
  const OrtMemoryInfoHandle memory_handle(memory);
  OrtValue* value = nullptr;
  if (auto done = check(ort.CreateTensorWithDataAsOrtValue(
          memory, images.data_ptr(), images.nbytes(), images.sizes().data(), images.dim(),
          ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT, &value));
      !done)
    return tl::unexpected(done.error());
  return OrtValueHandle(value);
}

/// A copy of a float32 tensor.
Result<torch::Tensor> to_torch(OrtValue* value) {
  const OrtApi& ort = *onnxruntime_api();
  OrtTensorTypeAndShapeInfo* info = nullptr;
  if (auto done = check(ort.GetTensorTypeAndShape(value, &info)); !done)
    return tl::unexpected(done.error());
  const OrtTensorInfoHandle info_handle(info);
  std::size_t rank = 0;
  if (auto done = check(ort.GetDimensionsCount(info, &rank)); !done)
    return tl::unexpected(done.error());
  std::vector<std::int64_t> sizes(rank);
  void* data = nullptr;
  const Result<void> got = check(ort.GetDimensions(info, sizes.data(), rank)).and_then([&] {
    return check(ort.GetTensorMutableData(value, &data));
  });
  if (!got) return tl::unexpected(got.error());
  return torch::from_blob(data, sizes, torch::kFloat32).clone();
}

}  // namespace

Result<void> convert_to_ort(const fs::path& onnx_path, const fs::path& ort_path) {
  return write_file_atomically(ort_path, [&](const fs::path& temporary) {
    return save_optimized(onnx_path, temporary, "ORT");
  });
}

Result<std::vector<std::string>> operators_of_optimized(const fs::path& onnx_path) {
  const auto folder = TemporaryFolder::create();
  if (!folder) return tl::unexpected(folder.error());
  const fs::path optimized = folder->path() / "optimized.onnx";
  if (auto saved = save_optimized(onnx_path, optimized, "ONNX"); !saved)
    return tl::unexpected(saved.error());
  onnx::ModelProto model;
  std::ifstream file(optimized, std::ios::binary);
  if (!model.ParseFromIstream(&file))
    return fail(onnx_path.string() + ": ONNX Runtime wrote no readable optimised model");

  std::set<std::string> operators;
  for (const onnx::NodeProto& node : model.graph().node()) {
    const Result<std::string> name = operator_of(node, model);
    if (!name) return about(onnx_path, name.error());
    operators.insert(*name);
  }
  return std::vector<std::string>(operators.begin(), operators.end());
}

Result<torch::Tensor> run_model(const fs::path& path, const torch::Tensor& images) {
  const auto session = create_session(path, nullptr);
  if (!session) return tl::unexpected(session.error());
  const torch::Tensor contiguous = images.to(torch::kCPU, torch::kFloat32).contiguous();
  const auto input = input_value(contiguous);
  if (!input) return about(path, input.error());

  const OrtValue* const inputs[] = {input->get()};
  const char* const input_names[] = {kInputName};
  const char* const output_names[] = {kOutputName};
  OrtValue* output = nullptr;
  if (auto done = check(onnxruntime_api()->Run(session->get(), nullptr, input_names, inputs, 1,
                                               output_names, 1, &output));
      !done)
    return about(path, done.error());
  const OrtValueHandle output_handle(output);
  return to_torch(output);
}

}  // namespace numeral
