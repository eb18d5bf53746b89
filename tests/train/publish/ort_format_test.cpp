// torch first: it defines a CHECK of its own, which Catch's replaces.
#include <torch/torch.h>
//
#include "train/publish/ort_format.h"

#include <torch_onnx/export.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cstdio>
#include <filesystem>
#include <iterator>
#include <stdexcept>
#include <string>

#include "core/model_card.h"
#include "core/onnxruntime.h"
#include "native/files.h"
#include "native/model_files.h"
#include "support/model.h"
#include "support/temporary_folder.h"
#include "train/base/or_throw.h"

namespace numeral {
namespace {

namespace fs = std::filesystem;
namespace nn = torch::nn;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;
using test::TemporaryFolder;

/// Exports a small network into the folder as model.onnx.
fs::path write_model(const TemporaryFolder& folder) {
  torch::manual_seed(1);
  nn::Sequential network(nn::Conv2d(1, 4, 3), nn::BatchNorm2d(4), nn::ReLU(), nn::MaxPool2d(2),
                         nn::Flatten(), nn::Linear(36, 10), nn::Softmax(1));
  const fs::path path = folder.path() / "model.onnx";
  torch_onnx::save_model(
      torch_onnx::export_model(network, torch::rand({2, 1, 8, 8}),
                               {.input_names = {kInputName}, .output_names = {kOutputName}}),
      path);
  return path;
}

std::vector<std::uint8_t> bytes_of(const fs::path& path) {
  return or_throw(read_file(path, std::size_t(1) << 24));
}

/// What `function` writes to the standard error stream of the process, by whatever means.
template <class Function>
std::string written_to_stderr(const Function& function) {
  const TemporaryFolder folder;
  const fs::path path = folder.write("stderr", "");
  const int saved = dup(STDERR_FILENO);
  FILE* const file = std::fopen(path.c_str(), "w");
  dup2(fileno(file), STDERR_FILENO);
  function();
  std::fflush(stderr);
  dup2(saved, STDERR_FILENO);
  close(saved);
  std::fclose(file);
  const std::vector<std::uint8_t> written = bytes_of(path);
  return {written.begin(), written.end()};
}

TEST_CASE("Making ONNX Runtime's environment writes nothing") {
  bool made = false;
  const std::string written =
      written_to_stderr([&] { made = onnxruntime_environment().has_value(); });
  CHECK(made);
  CHECK(written == "");
  // The schemas are all there again.
  const TemporaryFolder folder;
  CHECK(fs::exists(write_model(folder)));
}

TEST_CASE("A model in ORT format gives the same answers") {
  const TemporaryFolder folder;
  const fs::path onnx = write_model(folder);
  const fs::path ort = folder.path() / "model.ort";
  convert_to_ort(onnx, ort);
  const std::vector<std::uint8_t> bytes = bytes_of(ort);
  CHECK(std::string(bytes.begin() + 4, bytes.begin() + 8) == "ORTM");

  const torch::Tensor images = torch::rand({5, 1, 8, 8});
  const torch::Tensor expected = run_model(bytes_of(onnx), images);
  const torch::Tensor found = run_model(bytes, images);
  CHECK(expected.sizes() == torch::IntArrayRef({5, 10}));
  CHECK((expected - found).abs().max().item<double>() <= 1e-6);
}

TEST_CASE("The same model gives the same file") {
  const TemporaryFolder folder;
  const fs::path onnx = write_model(folder);
  convert_to_ort(onnx, folder.path() / "a.ort");
  convert_to_ort(onnx, folder.path() / "b.ort");
  CHECK(bytes_of(folder.path() / "a.ort") == bytes_of(folder.path() / "b.ort"));
}

TEST_CASE("The published model's ORT form is what its ONNX form becomes, byte for byte") {
  const TemporaryFolder folder;
  const fs::path ort = folder.path() / "digits.ort";
  convert_to_ort(test::published_model().replace_extension(".onnx"), ort);
  CHECK(bytes_of(ort) == bytes_of(test::published_model()));
}

TEST_CASE("The operators of a model in ORT format are listed") {
  const TemporaryFolder folder;
  const fs::path ort = folder.path() / "model.ort";
  convert_to_ort(write_model(folder), ort);
  CHECK(ort_operators(bytes_of(ort)) ==
        std::vector<std::string>{"ai.onnx;12;MaxPool", "ai.onnx;13;Flatten", "ai.onnx;13;Gemm",
                                 "ai.onnx;13;Softmax", "com.microsoft;1;FusedConv"});
}

TEST_CASE("The published model's card lists its operators") {
  const Recognizer recognizer = or_throw(load_recognizer(test::published_model()));
  CHECK(ort_operators(bytes_of(test::published_model())) == recognizer.card().operators);
}

TEST_CASE("A file that is no model is refused") {
  const TemporaryFolder folder;
  const fs::path bad = folder.write("bad.onnx", "no model");
  const fs::path missing = folder.path() / "missing.onnx";
  for (const fs::path& path : {bad, missing})
    CHECK_THROWS_WITH(convert_to_ort(path, folder.path() / "model.ort"),
                      StartsWith(path.string() + ": "));
  CHECK_THROWS(ort_operators(bytes_of(bad)));
  CHECK_THROWS(run_model(bytes_of(bad), torch::rand({1, 1, 8, 8})));
  CHECK(std::distance(fs::directory_iterator(folder.path()), {}) == 1);
}

TEST_CASE("Pictures of another size than the model's are refused silently") {
  const TemporaryFolder folder;
  const auto model = bytes_of(write_model(folder));
  const std::string written = written_to_stderr(
      [&] { CHECK_THROWS_AS(run_model(model, torch::rand({1, 1, 9, 9})), std::runtime_error); });
  CHECK(written == "");
}

TEST_CASE("A file in ORT format that cannot be written leaves nothing behind") {
  const TemporaryFolder folder;
  const fs::path onnx = write_model(folder);
  CHECK_THROWS_WITH(convert_to_ort(onnx, folder.path() / "missing" / "model.ort"),
                    ContainsSubstring("model.ort"));

  fs::create_directories(folder.path() / "taken" / "by-a-folder");
  CHECK_THROWS(convert_to_ort(onnx, folder.path() / "taken"));
  CHECK(std::distance(fs::directory_iterator(folder.path()), {}) == 2);
}

}  // namespace
}  // namespace numeral
