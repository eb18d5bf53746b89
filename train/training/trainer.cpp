#include "train/training/trainer.h"

#include <ATen/CPUGeneratorImpl.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <filesystem>

#include "native/files.h"
#include "train/base/first_difference.h"
#include "train/base/torch_error.h"
#include "train/distributed/rendezvous.h"
#include "train/training/pretrained.h"
#include "train/training/run_checkpoint.h"
#include "train/training/worker.h"

namespace numeral {
namespace {

using nlohmann::ordered_json;

/// What must be the same on resume and on all processes: settings and data.
ordered_json must_match(const TrainSettings& settings, const IdxDataset& dataset,
                        const std::vector<std::size_t>& indices, const Examples& validation) {
  ordered_json all = settings_that_must_match(settings);
  all["training pictures"] = indices.size();
  all["validation pictures"] = validation.count();
  all["SHA-256 of the pictures"] = sha256_hex(dataset.pixels);
  all["SHA-256 of the labels"] = sha256_hex(dataset.labels);
  return all;
}

/// Loads the checkpoint to resume from, and checks that the run can.
Checkpoint load_start(const Run& run, const torch::nn::Module& network) {
  const TrainSettings& settings = run.settings;
  const std::string path = settings.checkpoints.resume.string();
  Checkpoint checkpoint = load_checkpoint(settings.checkpoints.resume);
  if (const auto difference = first_difference(checkpoint.settings, run.must_match))
    throw std::runtime_error(
        fmt::format("{} is of a run with other settings: {}", path, *difference));
  try {
    check_fits(checkpoint, network,
               {settings.epochs, run.steps_per_epoch(), settings.ema_decay > 0});
    at::Generator generator = at::detail::getDefaultCPUGenerator();
    generator.set_state(checkpoint.random_state);
  } catch (const std::exception& error) {
    throw std::runtime_error(path + ": " + without_backtrace(error.what()));
  }
  spdlog::info("resuming from {}: epoch {}, step {} of {}", path, checkpoint.run.epoch,
               checkpoint.run.step, run.steps_per_epoch());
  if (const auto difference = first_difference(checkpoint.machine, machine_of(settings)))
    spdlog::info("on another machine than before ({}), so not bit for bit as it would have been",
                 *difference);
  return checkpoint;
}

/// What to resume from. Where a launcher has started the run anew, that is what it has saved.
std::filesystem::path start_of(const TrainSettings& settings) {
  const std::filesystem::path& own = settings.checkpoints.folder;
  std::error_code ignored;
  const bool is_saved = std::filesystem::exists(own / kLatestCheckpoint, ignored) ||
                        std::filesystem::exists(own / kPreviousCheckpoint, ignored);
  return settings.launch.restarts > 0 && is_saved ? own : settings.checkpoints.resume;
}

/// Meets the other processes, which must have been started with the same settings and data.
Rendezvous meet_others(const Run& run) {
  const TrainSettings& settings = run.settings;
  if (settings.launch.size == 1) return {};
  ordered_json same = run.must_match;
  same["number of processes"] = settings.launch.size;
  same["number of devices"] = settings.devices.size();
  same["kind of devices"] = settings.devices[0].is_cuda() ? "cuda" : "cpu";
  return meet(settings.launch, std::chrono::seconds(settings.timeout_seconds), same);
}

}  // namespace

TrainOutcome train(torch::nn::Sequential& network, const IdxDataset& dataset,
                   const std::vector<std::size_t>& indices, const Examples& validation,
                   const TrainSettings& given) {
  TrainSettings settings = given;
  settings.checkpoints.resume = start_of(settings);
  const std::filesystem::path& pretrained = settings.checkpoints.start_from;
  if (!pretrained.empty() && !load_pretrained(network, pretrained) && settings.interpolation < 1)
    throw std::runtime_error(pretrained.string() +
                             ": it has other classes, so that nothing can be interpolated; leave "
                             "--interpolation out");
  const TrainingSet training_set(dataset, indices, settings);
  Run run{settings, training_set, validation, must_match(settings, dataset, indices, validation)};
  if (!settings.checkpoints.resume.empty() && settings.launch.rank == 0) {
    try {
      run.checkpoint = load_start(run, *network);
    } catch (const std::runtime_error& error) {
      throw ResumeError(error.what());
    }
  }
  return run_workers(run, network, meet_others(run));
}

}  // namespace numeral
