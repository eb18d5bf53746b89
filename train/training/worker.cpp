#include "train/training/worker.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <mutex>
#include <thread>

#include "train/base/torch_error.h"
#include "train/network/mixed_precision.h"
#include "train/network/network.h"

namespace numeral {
namespace {

/// The workers of this process, and what went wrong with them.
struct Team {
  const Run& run;
  const Rendezvous& place;
  ThreadGroup threads;
  std::mutex mutex = {};
  std::exception_ptr failure = {};  ///< the first of a worker's own
  std::exception_ptr lost = {};     ///< the first because of another worker

  void note(std::exception_ptr& first, std::exception_ptr error) {
    const std::lock_guard lock(mutex);
    if (!first) first = std::move(error);
  }
};

/// Trains a replica of its own on device `index`. Notes an exception in `team`.
TrainOutcome work(Team& team, torch::nn::Sequential network, int index) {
  const ThreadGroup::Membership membership(team.threads);
  const TrainSettings& settings = team.run.settings;
  const torch::Device device = settings.devices[static_cast<std::size_t>(index)];
  try {
    // libtorch keeps this number for each thread that calls it.
    torch::set_num_threads(std::max(1, settings.threads / team.threads.size()));
    const WorkerGroup group(team.threads, index, team.place, device);
    Replica replica(std::move(network), device,
                    {.weight_decay = settings.weight_decay,
                     .ema_decay = settings.ema_decay,
                     .clip_norm = settings.clip_norm,
                     .accumulate = settings.accumulate,
                     .type = common_type(type_of(settings.precision, device), group)});
    TrainOutcome outcome = training_loop(team.run, replica, group);
    group.close();
    return outcome;
  } catch (const WorkerLost&) {
    team.note(team.lost, std::current_exception());
  } catch (const c10::Error& error) {
    team.note(team.failure,
              std::make_exception_ptr(std::runtime_error(fmt::format(
                  "worker {} ({}): {}", index, device.str(), without_backtrace(error.what())))));
  } catch (...) {
    team.note(team.failure, std::current_exception());
  }
  return {};
}

}  // namespace

TrainOutcome run_workers(const Run& run, torch::nn::Sequential& network, const Rendezvous& place) {
  const auto workers = static_cast<int>(run.settings.devices.size());
  Team team{run, place, ThreadGroup(workers)};
  std::vector<std::jthread> others;
  try {
    for (int index = 1; index < workers; ++index)
      others.emplace_back([&team, index, replica = clone_of(network)] {
        static_cast<void>(work(team, replica, index));
      });
  } catch (...) {
    // The workers that were started must not wait for this one and the rest.
    for (auto missing = static_cast<int>(others.size()); missing < workers; ++missing)
      team.threads.leave();
    throw;
  }
  TrainOutcome outcome = work(team, network, 0);
  others.clear();
  torch::set_num_threads(run.settings.threads);
  if (team.failure) std::rethrow_exception(team.failure);
  if (team.lost) std::rethrow_exception(team.lost);
  return outcome;
}

torch::ScalarType common_type(torch::ScalarType own, const WorkerGroup& group) {
  // How many workers compute in float32, as CPUs do, and in float16, as GPUs without bfloat16 do.
  torch::Tensor counts =
      torch::tensor({own == torch::kFloat32 ? 1.0F : 0.0F, own == torch::kFloat16 ? 1.0F : 0.0F});
  group.all_reduce(counts);
  if (counts[0].item<float>() > 0) return torch::kFloat32;
  return counts[1].item<float>() > 0 ? torch::kFloat16 : torch::kBFloat16;
}

}  // namespace numeral
