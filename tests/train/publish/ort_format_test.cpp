// torch first: it defines a CHECK of its own, which Catch's replaces.
#include <torch/torch.h>
//
#include "train/publish/ort_format.h"

#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "core/onnxruntime_environment.h"
#include <torch_onnx/export.h>
#include "support/model.h"
#include "support/temporary_folder.h"

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
  const auto model = export_onnx(network, torch::rand({2, 1, 8, 8}), {});
  if (!model) FAIL(model.error().message);
  REQUIRE(save_onnx(*model, path));
  return path;
}

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
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
  return content_of(path);
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
  const auto converted = convert_to_ort(onnx, ort);
  if (!converted) FAIL(converted.error().message);
  CHECK(content_of(ort).substr(4, 4) == "ORTM");

  const torch::Tensor images = torch::rand({5, 1, 8, 8});
  const auto expected = run_model(onnx, images);
  const auto found = run_model(ort, images);
  REQUIRE(expected);
  REQUIRE(found);
  CHECK(expected->sizes() == torch::IntArrayRef({5, 10}));
  CHECK((*expected - *found).abs().max().item<double>() <= 1e-6);
}

TEST_CASE("The same model gives the same file") {
  const TemporaryFolder folder;
  const fs::path onnx = write_model(folder);
  REQUIRE(convert_to_ort(onnx, folder.path() / "a.ort"));
  REQUIRE(convert_to_ort(onnx, folder.path() / "b.ort"));
  CHECK(content_of(folder.path() / "a.ort") == content_of(folder.path() / "b.ort"));
}

TEST_CASE("The published model's ORT form is what its ONNX form becomes, byte for byte") {
  const TemporaryFolder folder;
  const fs::path ort = folder.path() / "digits.ort";
  const auto converted = convert_to_ort(test::published_model().replace_extension(".onnx"), ort);
  if (!converted) FAIL(converted.error().message);
  CHECK(content_of(ort) == content_of(test::published_model()));
}

TEST_CASE("The optimised model's operators are told") {
  const TemporaryFolder folder;
  const auto operators = operators_of_optimized(write_model(folder));
  if (!operators) FAIL(operators.error().message);
  CHECK(*operators == std::vector<std::string>{"ai.onnx;12;MaxPool", "ai.onnx;13;Flatten",
                                               "ai.onnx;13;Gemm", "ai.onnx;13;Softmax",
                                               "com.microsoft;1;FusedConv"});
}

TEST_CASE("A file that is no model is refused") {
  const TemporaryFolder folder;
  const fs::path bad = folder.write("bad.onnx", "no model");
  const fs::path missing = folder.path() / "missing.onnx";
  for (const fs::path& path : {bad, missing}) {
    const auto converted = convert_to_ort(path, folder.path() / "model.ort");
    REQUIRE_FALSE(converted);
    CHECK_THAT(converted.error().message, StartsWith(path.string() + ": "));
    CHECK_FALSE(operators_of_optimized(path));
    CHECK_FALSE(run_model(path, torch::rand({1, 1, 8, 8})));
  }
  CHECK(std::distance(fs::directory_iterator(folder.path()), {}) == 1);
}

TEST_CASE("Pictures of another size than the model's are refused silently") {
  const TemporaryFolder folder;
  const fs::path onnx = write_model(folder);
  const std::string written = written_to_stderr([&] {
    const auto answers = run_model(onnx, torch::rand({1, 1, 9, 9}));
    REQUIRE_FALSE(answers);
    CHECK_THAT(answers.error().message, StartsWith(onnx.string() + ": "));
  });
  CHECK(written == "");
}

TEST_CASE("A file in ORT format that cannot be written leaves nothing behind") {
  const TemporaryFolder folder;
  const fs::path onnx = write_model(folder);
  const auto converted = convert_to_ort(onnx, folder.path() / "missing" / "model.ort");
  REQUIRE_FALSE(converted);
  CHECK_THAT(converted.error().message, ContainsSubstring("model.ort"));

  fs::create_directories(folder.path() / "taken" / "by-a-folder");
  CHECK_FALSE(convert_to_ort(onnx, folder.path() / "taken"));
  CHECK(std::distance(fs::directory_iterator(folder.path()), {}) == 2);
}

}  // namespace
}  // namespace numeral
