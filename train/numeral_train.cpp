// numeral-train: trains a network on labelled pictures and publishes it as a model for the
// recogniser.

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <exception>

#include "../src/idx.h"
#include "examples.h"
#include "network.h"
#include "options.h"
#include "publish.h"
#include "trainer.h"

namespace numeral {
namespace {

Result<void> run(const Options& options) {
  const auto classes = static_cast<int>(options.labels.size());
  torch::set_num_threads(options.threads);
  torch::manual_seed(options.train.seed);

  if (auto ready = prepare_output_folder(options.out); !ready) return ready;
  auto training = read_idx_dataset(options.data, "train", classes);
  if (!training) return tl::unexpected(training.error());
  const auto test = read_idx_dataset(options.data, "t10k", classes);
  if (!test) return tl::unexpected(test.error());
  if (training->count() <= options.validation)
    return fail("--validation: expected fewer than the " + std::to_string(training->count()) +
                " training pictures, found " + std::to_string(options.validation));

  const Split split = split_at_random(training->count(), options.validation, options.train.seed);
  const Result<Examples> validation =
      preprocess_examples(*training, split.validation, options.train.framing);
  if (!validation) return tl::unexpected(validation.error());

  torch::nn::Sequential network = make_network(classes);
  spdlog::info("training {} parameters on {} pictures ({} for validation), {} threads, {}",
               parameter_count(*network), split.train.size(), split.validation.size(),
               options.threads, options.train.device.str());
  const auto epochs = train(network, *training, split.train, *validation, options.train);
  if (!epochs) return tl::unexpected(epochs.error());

  network->to(torch::kCPU);
  return publish({options, network, *epochs, split, *validation, *test});
}

}  // namespace
}  // namespace numeral

int main(int argc, char** argv) {
  const auto options = numeral::parse_options(argc, argv);
  if (const int* status = std::get_if<int>(&options)) return *status;

  spdlog::set_default_logger(spdlog::stderr_color_mt("numeral-train"));
  spdlog::set_pattern("%H:%M:%S %v");
  try {
    const numeral::Result<void> done = numeral::run(std::get<numeral::Options>(options));
    if (done) return 0;
    spdlog::error("numeral-train: {}", done.error().message);
  } catch (const std::exception& error) {
    // libtorch reports by exceptions what cannot go on: no memory, a device that is gone.
    spdlog::error("numeral-train: {}", error.what());
  }
  return 1;
}
