// torch first: it defines a CHECK of its own, which Catch's replaces.
#include <torch/torch.h>
//
#include <torch_onnx/export.h>

#include <catch2/catch_test_macros.hpp>

#include "core/model_card.h"
#include "native/files.h"
#include "native/idx.h"
#include "support/drawn_dataset.h"
#include "support/temporary_folder.h"
#include "train/base/or_throw.h"
#include "train/network/network.h"
#include "train/publish/inference_network.h"
#include "train/publish/ort_format.h"
#include "train/training/trainer.h"

namespace numeral {
namespace {

namespace fs = std::filesystem;
using test::first;
using test::TemporaryFolder;

TEST_CASE("Both published forms give libtorch's probabilities on 1,000 MNIST test pictures",
          "[mnist]") {
  if (test::mnist_folder().empty()) SKIP("NUMERAL_MNIST is not set");
  const auto training = read_idx_dataset(test::mnist_folder(), "train", 10);
  const auto test = read_idx_dataset(test::mnist_folder(), "t10k", 10);
  REQUIRE((training && test));
  const auto validation = preprocess_examples(*training, first(200), InputMode::kInk);
  const auto pictures = preprocess_examples(*test, first(1000), InputMode::kInk);
  REQUIRE((validation && pictures));

  torch::manual_seed(1);
  torch::nn::Sequential network = make_network(10);
  TrainSettings settings;
  settings.epochs = 3;
  settings.batch_size = 50;
  train(network, *training, first(2000), *validation, settings);
  torch::nn::Sequential model = inference_network(network, 10);
  model->eval();
  const torch::NoGradGuard no_grad;
  const torch::Tensor expected = model->forward(pictures->images);
  // Else the comparison would say little.
  REQUIRE(expected.argmax(1).eq(pictures->labels).sum().item<int>() > 700);

  const TemporaryFolder folder;
  const fs::path onnx = folder.path() / "model.onnx", ort = folder.path() / "model.ort";
  torch_onnx::save_model(
      torch_onnx::export_model(model, pictures->images.slice(0, 0, 2),
                               {.input_names = {kInputName}, .output_names = {kOutputName}}),
      onnx);
  convert_to_ort(onnx, ort);
  for (const fs::path& path : {onnx, ort}) {
    const torch::Tensor found =
        run_model(or_throw(read_file(path, std::size_t(1) << 24)), pictures->images);
    CHECK((found - expected).abs().max().item<double>() <= 1e-5);
  }
}

}  // namespace
}  // namespace numeral
