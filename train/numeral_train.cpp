// numeral-train: trains a network on labelled pictures and publishes it as a model for the
// recogniser.

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <csignal>
#include <exception>
#include <filesystem>
#include <new>
#include <string>

#include "native/idx.h"
#include "train/base/interrupt.h"
#include "train/base/malloc_tuning.h"
#include "train/base/or_throw.h"
#include "train/base/torch_error.h"
#include "train/data/examples.h"
#include "train/network/network.h"
#include "train/options.h"
#include "train/publish/publish.h"
#include "train/publish/staging_folder.h"
#include "train/training/trainer.h"

namespace numeral {
namespace {

/// The split is the same in every run, so that their validation accuracies compare.
constexpr std::uint64_t kSplitSeed = 1;

/// The exit status of a program that Ctrl-C ended.
constexpr int kInterrupted = 128 + SIGINT;

/// The data of a run.
struct Data {
  IdxDataset training, test;
  Split split;  ///< of `training`
  Examples validation;
  std::vector<NamedTestSet> further_tests;
};

Data read_data(const Options& options) {
  const int classes = options.train.classes;
  Data data;
  data.training = or_throw(read_idx_dataset(options.data, "train", classes));
  data.test = or_throw(read_idx_dataset(options.data, "t10k", classes));
  for (const std::filesystem::path& folder : options.further_tests)
    data.further_tests.push_back({std::filesystem::absolute(folder / "x").parent_path().filename(),
                                  or_throw(read_idx_dataset(folder, "t10k", classes))});
  if (data.training.count() <= options.validation)
    throw std::runtime_error("--validation: expected fewer than the " +
                             std::to_string(data.training.count()) + " training pictures, found " +
                             std::to_string(options.validation));
  data.split = split_at_random(data.training.count(), options.validation, kSplitSeed);
  data.validation =
      or_throw(preprocess_examples(data.training, data.split.validation, options.train.input_mode));
  return data;
}

/// Trains. Ctrl-C ends it after the step under way.
TrainOutcome train_until_interrupted(torch::nn::Sequential& network, const Data& data,
                                     TrainSettings settings) {
  const InterruptGuard guard;
  settings.stop_requested = InterruptGuard::interrupted;
  return train(network, data.training, data.split.train, data.validation, settings);
}

/// What to do where publishing failed: the trained weights are only in the checkpoint.
std::string how_to_publish(const TrainOutcome& outcome, const std::string& resume) {
  std::error_code ignored;
  if (outcome.checkpoint.empty() || !std::filesystem::exists(outcome.checkpoint, ignored))
    return "the trained weights could not be saved either: make room in a folder that stays, and "
           "train anew";
  return "the trained weights are in " + outcome.checkpoint.string() +
         ", from which this publishes them: " + resume;
}

/// Of several processes the first one logs; the others only say what goes wrong, with their rank.
void log_as(const Launch& launch) {
  if (launch.size > 1) spdlog::set_pattern("%H:%M:%S rank " + std::to_string(launch.rank) + ": %v");
  if (launch.rank > 0) spdlog::set_level(spdlog::level::warn);
}

/// Trains and publishes. Returns the exit status. `resume` is the command that resumes the run.
int run(const Options& options, const std::string& resume) {
  torch::set_num_threads(options.train.threads);
  torch::manual_seed(options.train.seed);
  const bool is_first = options.train.launch.rank == 0;
  if (is_first) prepare_output_folder(options.publish.out);
  const Data data = read_data(options);

  torch::nn::Sequential network = make_network(options.train.outputs(), options.train.width);
  spdlog::info("training {} parameters on {} pictures ({} for validation), {} threads, {}",
               parameter_count(*network), data.split.train.size(), data.split.validation.size(),
               options.train.threads, options.publish.devices);
  const TrainOutcome outcome = train_until_interrupted(network, data, options.train);
  if (outcome.interrupted) {
    if (is_first && outcome.checkpoint.empty())
      spdlog::warn("stopped; the run was not saved");
    else
      spdlog::info("stopped; to resume: {}", resume);
    return kInterrupted;
  }
  if (!is_first) return 0;

  network->to(torch::kCPU);
  try {
    publish({options.train, network, outcome.epochs, data.training, data.split, data.validation,
             data.test, data.further_tests},
            options.publish);
  } catch (const std::exception& error) {
    throw std::runtime_error(without_backtrace(error.what()) + "; " +
                             how_to_publish(outcome, resume));
  }
  return 0;
}

}  // namespace
}  // namespace numeral

int main(int argc, char** argv) {
  numeral::keep_freed_memory();
  // A file that may not grow any more is then a failed write, as on a full disk.
  std::signal(SIGXFSZ, SIG_IGN);

  try {
    spdlog::set_default_logger(spdlog::stderr_color_mt("numeral-train"));
    spdlog::set_pattern("%H:%M:%S %v");
    const auto parsed = numeral::parse_options(argc, argv);
    if (const int* status = std::get_if<int>(&parsed)) return *status;
    const auto& options = std::get<numeral::Options>(parsed);
    numeral::log_as(options.train.launch);
    return numeral::run(options,
                        numeral::resume_command(argc, argv, options.train.checkpoints.folder));
  } catch (const numeral::ResumeError& error) {
    spdlog::error("numeral-train: --resume: {}; to start anew, leave --resume out", error.what());
  } catch (const std::bad_alloc&) {
    spdlog::error(
        "numeral-train: there is not enough memory; try a smaller --batch-size, or a "
        "machine with more");
  } catch (const std::exception& error) {
    spdlog::error("numeral-train: {}", numeral::without_backtrace(error.what()));
  }
  return 1;
}
