// numeral-train: trains a network on labelled pictures and publishes it as a model for the
// recogniser.

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <csignal>
#include <exception>
#include <filesystem>
#include <new>

#include "native/idx.h"
#include "options.h"
#include "train/base/interrupt.h"
#include "train/base/malloc_tuning.h"
#include "train/base/torch_error.h"
#include "train/data/examples.h"
#include "train/network/network.h"
#include "train/publish/publish.h"
#include "train/publish/staging_folder.h"
#include "train/training/trainer.h"

namespace numeral {
namespace {

/// The split is the same in every run, so that runs compare, and no network learns from a teacher
/// that has seen the validation pictures.
constexpr std::uint64_t kSplitSeed = 1;

/// The exit status of a program that was ended by Ctrl-C.
constexpr int kInterrupted = 128 + 2;

/// Trains; Ctrl-C ends it after the step under way.
Result<TrainOutcome> train_until_interrupted(torch::nn::Sequential& network,
                                             const IdxDataset& training,
                                             const std::vector<std::size_t>& indices,
                                             const Examples& validation, TrainSettings settings) {
  const InterruptGuard guard;
  settings.stop_requested = InterruptGuard::interrupted;
  return train(network, training, indices, validation, settings);
}

void say_how_to_continue(const TrainOutcome& outcome, const std::string& resume) {
  if (outcome.checkpoint.empty())
    spdlog::warn("stopped; the run was not saved on this machine");
  else
    spdlog::info("stopped; to go on: {}", resume);
}

/// What to do where the model could not be published, which only its checkpoint brings back.
std::string how_to_publish(const TrainOutcome& outcome, const std::string& resume) {
  std::error_code ignored;
  if (outcome.checkpoint.empty() || !std::filesystem::exists(outcome.checkpoint, ignored))
    return "the trained weights could not be saved either: make room in a folder that stays, and "
           "train anew";
  return "the trained weights are in " + outcome.checkpoint.string() +
         ", from which this publishes them: " + resume;
}

/// Trains and publishes; returns the exit status. `resume` is the command to go on with.
Result<int> run(const Options& options, const std::string& resume) {
  const int classes = options.train.classes;
  torch::set_num_threads(options.train.threads);
  torch::manual_seed(options.train.seed);

  prepare_output_folder(options.out);
  auto training = read_idx_dataset(options.data, "train", classes);
  if (!training) return tl::unexpected(training.error());
  const auto test = read_idx_dataset(options.data, "t10k", classes);
  if (!test) return tl::unexpected(test.error());
  if (training->count() <= options.validation)
    return fail("--validation: expected fewer than the " + std::to_string(training->count()) +
                " training pictures, found " + std::to_string(options.validation));

  const Split split = split_at_random(training->count(), options.validation, kSplitSeed);
  const Result<Examples> validation =
      preprocess_examples(*training, split.validation, options.train.input_mode);
  if (!validation) return tl::unexpected(validation.error());

  torch::nn::Sequential network = make_network(options.train.outputs(), options.train.width);
  spdlog::info("training {} parameters on {} pictures ({} for validation), {} threads, {}",
               parameter_count(*network), split.train.size(), split.validation.size(),
               options.train.threads, options.devices);
  const Result<TrainOutcome> outcome =
      train_until_interrupted(network, *training, split.train, *validation, options.train);
  if (!outcome) return tl::unexpected(outcome.error());
  if (outcome->interrupted) {
    say_how_to_continue(*outcome, resume);
    return kInterrupted;
  }
  if (options.train.cluster.node_rank > 0) {
    spdlog::info("done; the first node publishes");
    return 0;
  }
  network->to(torch::kCPU);
  try {
    publish({options.train, network, outcome->epochs, *training, split, *validation, *test},
            {options.out, options.name, options.data_name, options.labels, options.devices,
             options.weight_steps});
  } catch (const std::exception& error) {
    return fail(without_backtrace(error.what()) + "; " + how_to_publish(*outcome, resume));
  }
  return 0;
}

}  // namespace
}  // namespace numeral

int main(int argc, char** argv) {
  numeral::keep_freed_memory();
  // A file that may not grow any more is then an error of writing, like a full disk.
  std::signal(SIGXFSZ, SIG_IGN);

  const auto parsed = numeral::parse_options(argc, argv);
  if (const int* status = std::get_if<int>(&parsed)) return *status;
  const auto& options = std::get<numeral::Options>(parsed);

  spdlog::set_default_logger(spdlog::stderr_color_mt("numeral-train"));
  spdlog::set_pattern("%H:%M:%S %v");
  try {
    const numeral::Result<int> status = numeral::run(
        options, numeral::resume_command(argc, argv, options.train.checkpoints.folder));
    if (status) return *status;
    spdlog::error("numeral-train: {}", status.error().message);
  } catch (const std::bad_alloc&) {
    spdlog::error(
        "numeral-train: there is not enough memory; try a smaller --batch-size, or a "
        "machine with more");
  } catch (const std::exception& error) {
    // libtorch reports by exceptions what cannot go on, such as a device that is gone.
    spdlog::error("numeral-train: {}", numeral::without_backtrace(error.what()));
  }
  return 1;
}
