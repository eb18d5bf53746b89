// `publish` where the program was built without what publishing needs (the CMake option
// NUMERAL_PUBLISH).

#include <spdlog/spdlog.h>

#include <numeric>

#include "native/files.h"
#include "train/base/or_throw.h"
#include "train/publish/publish.h"
#include "train/training/pretrained.h"
#include "train/training/validation.h"

namespace numeral {

void publish(const FinishedRun& run, const PublishSettings& publish_settings) {
  const TrainSettings& settings = run.settings;
  std::vector<std::size_t> all(run.test.count());
  std::iota(all.begin(), all.end(), std::size_t{0});
  const Examples test = or_throw(preprocess_examples(run.test, all, settings.input_mode));
  torch::nn::Sequential network = run.network;
  const Score tested = score(network, test, settings.classes, torch::kCPU);
  or_throw(write_file_atomically(publish_settings.out / (publish_settings.name + ".safetensors"),
                                 weights_file(*network)));
  spdlog::info("test accuracy {:.2f} % ({} pictures)", 100 * tested.accuracy, test.count());
  spdlog::info(
      "this program was built without ONNX: one with it publishes the model, from the same data "
      "with the "
      "same options and --resume {}",
      settings.checkpoints.folder.string());
}

}  // namespace numeral
