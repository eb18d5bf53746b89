#include "train/training/trainer.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <mutex>
#include <numbers>
#include <thread>
#include <torch/csrc/distributed/c10d/HashStore.hpp>

#include "native/files.h"
#include "train/data/data_loader.h"
#include "train/training/run_checkpoint.h"
#include "train/distributed/cluster.h"
#include "train/training/distillation.h"
#include "train/augmentation/negatives.h"
#include "train/network/network.h"
#include "train/base/torch_error.h"
#include "train/base/progress.h"
#include "train/training/replica.h"
#include "train/base/shard.h"

namespace numeral {
namespace {

namespace fs = std::filesystem;
namespace nn = torch::nn;
namespace F = torch::nn::functional;
using Clock = std::chrono::steady_clock;

/// The share of all steps in which the learning rate rises.
constexpr double kWarmUp = 0.1;

constexpr std::int64_t kScoreBatch = 500;

/// After how many steps a GPU's sums are looked at, for which it has to be waited for.
constexpr std::int64_t kStepsUnseen = 20;

/// Not less than 0, whatever the clock does.
double seconds_since(Clock::time_point start) {
  return std::max(0.0, std::chrono::duration<double>(Clock::now() - start).count());
}

/// The share of the highest learning rate at `progress` (0 to 1) through the run: a straight rise,
/// then half a cosine down. Smith, Topin, "Super-convergence", 2019.
double learning_rate_share(double progress) {
  if (progress < kWarmUp) return progress / kWarmUp;
  return 0.5 + 0.5 * std::cos(std::numbers::pi * (progress - kWarmUp) / (1 - kWarmUp));
}

/// What all workers of this process have in common.
struct Run {
  const IdxDataset& dataset;
  const std::vector<std::size_t>& indices;
  const Examples& validation;
  const TrainSettings& settings;
  Teachers teachers;
  std::optional<NegativePainter> painter;
  nlohmann::ordered_json decisive;              ///< the settings that a checkpoint must share
  std::function<Rendezvous()> meeting_point;  ///< for one worker
  std::string start;  ///< the checkpoint that the first worker goes on from, if any

  /// Negatives in an epoch.
  std::size_t negatives() const {
    return static_cast<std::size_t>(settings.negatives * double(indices.size()));
  }

  std::int64_t steps_per_epoch() const {
    const auto count = static_cast<std::int64_t>(indices.size() + negatives());
    return (count + settings.batch_size - 1) / settings.batch_size;
  }

  RunPlan plan() const { return {settings.epochs, steps_per_epoch(), settings.ema_decay > 0}; }
};

/// A worker: its replica of the network, its place among the others, and how far it has come.
struct Worker {
  const Run& run;
  Replica replica;
  WorkerGroup group;
  Loss loss;
  RunState state = {};
  Progress progress = {};  ///< shown by the first worker only
  double done_before = 0;  ///< the share of the run that was done when this process began
  Clock::time_point start = Clock::now();
  Clock::time_point saved_at = Clock::now();
  fs::path saved = {};  ///< the latest checkpoint

  const TrainSettings& settings() const { return run.settings; }

  /// The share of the run that is done, 0 to 1.
  double done() const {
    const double in_epoch = double(state.step) / double(run.steps_per_epoch());
    return (state.epoch - 1 + in_epoch) / settings().epochs;
  }

  double learning_rate() const { return settings().learning_rate * learning_rate_share(done()); }
};

void set_random_state(const torch::Tensor& state) {
  at::Generator generator = at::detail::getDefaultCPUGenerator();
  generator.set_state(state);
}

nlohmann::ordered_json machine_of(const TrainSettings& settings) {
  return {{"workers", settings.workers()},
          {"device", settings.devices[0].is_cuda() ? "cuda" : "cpu"},
          {"threads", settings.threads}};
}

Checkpoint checkpoint_of(const Worker& worker) {
  return {worker.run.decisive, machine_of(worker.settings()), worker.state, worker.replica.state(),
          at::detail::getDefaultCPUGenerator().get_state()};
}

/// Whether there is still such a file; who looks after the disk may have removed it.
bool is_there(const fs::path& file) {
  std::error_code ignored;
  return !file.empty() && fs::exists(file, ignored);
}

/// Saves the run, if it is to be saved and this is the worker that does it. What goes wrong is
/// said, but hours of training shall not end for want of disk space.
void save(Worker& worker) {
  if (!worker.group.is_first() || worker.settings().checkpoints.folder.empty()) return;
  worker.saved_at = Clock::now();
  const Checkpoint checkpoint = checkpoint_of(worker);
  // The next step would find the loss no longer finite; the last good checkpoint shall stay.
  const Replica::State& state = checkpoint.replica;
  for (const auto& tensors :
       {state.weights.tensors, state.averaged.tensors, state.first_moments, state.second_moments})
    if (!all_finite(tensors)) return;
  const auto saved = save_checkpoint(worker.settings().checkpoints.folder, checkpoint);
  worker.progress.clear();
  if (saved)
    worker.saved = *saved;
  else
    spdlog::warn("{}; training goes on, {}: make room there", saved.error().message,
                 is_there(worker.saved) ? "the last checkpoint stays" : "not saved yet");
}

bool save_is_due(const Worker& worker) {
  return seconds_since(worker.saved_at) >= 60 * worker.settings().checkpoints.minutes;
}

/// Brings all workers to the same start: that of the first.
Result<void> begin(Worker& worker) {
  std::string bytes = worker.run.start;
  if (worker.group.is_first() && bytes.empty()) bytes = to_bytes(checkpoint_of(worker));
  worker.group.broadcast(bytes);
  Result<Checkpoint> start = parse_checkpoint("the run's start", bytes);
  if (!start) return tl::unexpected(start.error());
  if (auto fits = check_fits(*start, *worker.replica.network(), worker.run.plan()); !fits)
    return fail(fmt::format("--resume: {}: {}; take an earlier one, or start anew without --resume",
                            worker.settings().checkpoints.resume.string(), fits.error().message));
  if (auto set = worker.replica.set_state(start->replica); !set) return tl::unexpected(set.error());
  worker.replica.set_totals(start->run.totals);
  worker.state = std::move(start->run);
  worker.done_before = worker.done();
  if (worker.group.is_first()) {
    set_random_state(start->random_state);
    worker.saved = worker.settings().checkpoints.resume;
  }
  return {};
}

void show_progress(Worker& worker) {
  const RunState& state = worker.state;
  const double left =
      seconds_since(worker.start) * (1 - worker.done()) / (worker.done() - worker.done_before);
  worker.progress.show(fmt::format(
      "epoch {}/{}  {:3.0f} %  loss {:.4f}  accuracy {:.2f} %  {:.0f} images/s  {} left",
      state.epoch, worker.settings().epochs,
      100 * double(state.step) / double(worker.run.steps_per_epoch()), state.totals.mean_loss(),
      100 * state.totals.accuracy(), rate_of(state.totals.count, state.seconds),
      duration_text(left)));
}

tl::unexpected<Error> not_finite(const Worker& worker) {
  return fail(fmt::format(
      "the loss is no longer finite in epoch {}, step {}: try a smaller --learning-rate than {}{}",
      worker.state.epoch, worker.state.step, worker.settings().learning_rate,
      worker.saved.empty() ? "" : "; the last good checkpoint is " + worker.saved.string()));
}

bool must_look(const Worker& worker) {
  return worker.replica.device().is_cpu() || worker.state.step % kStepsUnseen == 0 ||
         worker.state.step == worker.run.steps_per_epoch();
}

/// Trains up to the end of the epoch under way. Returns false where the run is to stop before.
Result<bool> train_epoch(Worker& worker) {
  const TrainSettings& settings = worker.settings();
  RunState& state = worker.state;
  DataLoader loader(
      worker.run.dataset, worker.run.indices, static_cast<std::uint64_t>(state.epoch),
      {settings.batch_size, settings.seed, training_transform(settings.augmentation, settings.input_mode),
       settings.loader_threads, state.step, worker.group.rank(), worker.group.size(),
       worker.replica.device().is_cuda(), worker.run.painter ? &*worker.run.painter : nullptr,
       worker.run.negatives(), settings.classes});
  const bool asks = worker.group.rank() % static_cast<int>(settings.devices.size()) == 0;
  const double seconds_before = state.seconds;
  const Clock::time_point start = Clock::now();
  worker.replica.network()->train();
  while (std::optional<Examples> part = loader.next()) {
    const bool stop = asks && settings.stop_requested && settings.stop_requested();
    worker.replica.step(*part, worker.loss, worker.learning_rate(), worker.group, stop);
    ++state.step;
    if (!must_look(worker)) continue;

    state.totals = worker.replica.totals();
    state.seconds = seconds_before + seconds_since(start);
    if (!std::isfinite(state.totals.loss)) return not_finite(worker);
    if (state.totals.stop > 0) return false;
    if (!worker.group.is_first()) continue;
    if (worker.progress.is_due()) show_progress(worker);
    if (save_is_due(worker)) save(worker);
  }
  return true;
}

/// Loss and accuracy of the averaged weights; each worker sees to a part of the pictures.
Score validate(Worker& worker) {
  Weights weights = weights_of(*worker.replica.network());
  const Weights trained = copy_of(weights);
  copy_values(worker.replica.averaged(), weights);
  const Examples& all = worker.run.validation;
  const Shard share = shard_of(all.count(), worker.group.rank(), worker.group.size());
  torch::Tensor sums = torch::zeros({2}, torch::kFloat64);
  if (share.count() > 0) {
    const Score part = score(
        worker.replica.network(),
        {all.images.slice(0, share.first, share.end), all.labels.slice(0, share.first, share.end)},
        worker.settings().classes, worker.replica.device());
    sums = torch::tensor({part.loss, part.accuracy}, torch::kFloat64) * double(share.count());
  }
  copy_values(trained, weights);
  worker.group.sum(sums);
  sums /= double(all.count());
  return {sums[0].item<double>(), sums[1].item<double>()};
}

/// Validates what an epoch brought and keeps it if it is the best yet.
Result<void> finish_epoch(Worker& worker) {
  RunState& state = worker.state;
  const Score validated = validate(worker);
  if (!std::isfinite(validated.loss)) return not_finite(worker);
  EpochResult result;
  result.epoch = state.epoch;
  result.learning_rate = worker.learning_rate();
  result.train_loss = state.totals.mean_loss();
  result.train_accuracy = state.totals.accuracy();
  result.validation_loss = validated.loss;
  result.validation_accuracy = validated.accuracy;
  result.images_per_second = rate_of(state.totals.count, state.seconds);
  state.epochs.push_back(result);
  const bool is_best = best_epoch(state.epochs, worker.run.validation.count()).epoch == state.epoch;
  if (is_best) state.best = copy_of(worker.replica.averaged());

  ++state.epoch;
  state.step = 0;
  state.totals = {};
  state.seconds = 0;
  worker.replica.set_totals({});
  if (!worker.group.is_first()) return {};
  worker.progress.clear();
  spdlog::info(
      "epoch {}/{}: loss {:.4f}, validation loss {:.4f}, accuracy {:.2f} %{}, {:.0f} images/s",
      result.epoch, worker.settings().epochs, result.train_loss, validated.loss,
      100 * validated.accuracy, is_best ? " (best)" : "", result.images_per_second);
  save(worker);
  return {};
}

/// All epochs, from wherever the run stands.
Result<TrainOutcome> train_epochs(Worker& worker) {
  if (auto begun = begin(worker); !begun) return tl::unexpected(begun.error());
  while (worker.state.epoch <= worker.settings().epochs) {
    const Result<bool> finished = train_epoch(worker);
    if (!finished) return tl::unexpected(finished.error());
    if (!*finished) {
      worker.state.totals.stop = 0;
      save(worker);
      return TrainOutcome{worker.state.epochs, true, worker.saved};
    }
    if (auto done = finish_epoch(worker); !done) return tl::unexpected(done.error());
  }
  if (auto set = set_weights(*worker.replica.network(), worker.state.best); !set)
    return tl::unexpected(set.error());
  worker.replica.network()->eval();
  return TrainOutcome{worker.state.epochs, false, worker.saved};
}

/// What worker `index` of this machine does from beginning to end, in a thread of its own.
Result<TrainOutcome> work(const Run& run, ThreadMeeting& threads, nn::Sequential network,
                          int index) {
  const TrainSettings& settings = run.settings;
  const auto workers = static_cast<int>(settings.devices.size());
  // libtorch keeps this number for each thread that asks for work to be shared.
  torch::set_num_threads(std::max(1, settings.threads / workers));
  const torch::Device device = settings.devices[static_cast<std::size_t>(index)];
  Worker worker{
      run, Replica(std::move(network), device, {settings.weight_decay, settings.ema_decay}),
      WorkerGroup(threads, index, run.meeting_point(), device),
      distillation(cross_entropy(settings.label_smoothing, settings.robustness),
                   on_device(run.teachers, device), settings.teaching)};
  return train_epochs(worker);
}

/// Where this machine's workers meet, and what went wrong with them.
struct Team {
  ThreadMeeting threads;
  std::mutex mutex = {};
  std::optional<Error> own = {};   ///< the first that is a worker's own
  std::optional<Error> lost = {};  ///< the first that is for want of another worker
};

/// `work`, with every failure noted. However it ends, nobody waits for this worker any more.
Result<TrainOutcome> work_in(Team& team, const Run& run, nn::Sequential network, int index) {
  const auto note = [&](std::optional<Error>& place, std::string message) {
    const std::lock_guard lock(team.mutex);
    if (!place) place = Error{std::move(message)};
    return tl::unexpected(*place);
  };
  const ThreadMeeting::Seat seat(team.threads);
  try {
    Result<TrainOutcome> outcome = work(run, team.threads, std::move(network), index);
    if (!outcome) return note(team.own, outcome.error().message);
    return outcome;
  } catch (const WorkerLost& error) {
    return note(team.lost, without_backtrace(error.what()));
  } catch (const std::exception& error) {
    return note(team.own, fmt::format("worker {} ({}): {}", index,
                                      run.settings.devices[std::size_t(index)].str(),
                                      without_backtrace(error.what())));
  }
}

/// Runs all workers of this machine, the first in this thread. Where one fails, the others do so
/// soon after for want of it.
Result<TrainOutcome> run_workers(const Run& run, nn::Sequential& network, ClusterNode* node) {
  const auto workers = static_cast<int>(run.settings.devices.size());
  Team team{ThreadMeeting(workers)};
  std::vector<std::jthread> others;
  try {
    for (int index = 1; index < workers; ++index)
      others.emplace_back([&team, &run, index, replica = clone_of(network)] {
        static_cast<void>(work_in(team, run, replica, index));
      });
  } catch (...) {
    // Those that were started must not wait for the rest.
    team.threads.leave();
    throw;
  }
  Result<TrainOutcome> outcome = work_in(team, run, network, 0);
  others.clear();
  torch::set_num_threads(run.settings.threads);
  if (team.own) {
    if (node)
      node->give_up(ranks_of_node(run.settings.cluster.node_rank, workers) +
                    " gave up: " + team.own->message);
    return tl::unexpected(*team.own);
  }
  if (team.lost) return fail(node ? node->who_is_lost(team.lost->message) : team.lost->message);
  return outcome;
}

/// The settings that a checkpoint must share, and the data.
nlohmann::ordered_json decisive_for(const Run& run) {
  nlohmann::ordered_json decisive = hyperparameters(run.settings);
  decisive["training pictures"] = run.indices.size();
  decisive["validation pictures"] = run.validation.count();
  decisive["SHA-256 of the pictures"] = sha256_hex(run.dataset.pixels);
  decisive["SHA-256 of the labels"] = sha256_hex(run.dataset.labels);
  decisive["SHA-256 of --teachers"] = fingerprint(run.teachers);
  return decisive;
}

/// Meets the other machines, which must have been started with the same settings and data.
Result<std::unique_ptr<ClusterNode>> join_cluster(const Run& run) {
  const TrainSettings& settings = run.settings;
  const auto workers = static_cast<int>(settings.devices.size());
  nlohmann::ordered_json same = run.decisive;
  same["--nodes"] = settings.cluster.nodes;
  same["number of --devices"] = workers;
  same["kind of --devices"] = settings.devices[0].is_cuda() ? "cuda" : "cpu";
  return ClusterNode::join(settings.cluster, workers, same);
}

/// Reads the checkpoint that the run is to go on from.
Result<std::string> read_start(const Run& run) {
  const fs::path& path = run.settings.checkpoints.resume;
  const Result<Checkpoint> checkpoint = load_checkpoint(path);
  if (!checkpoint) return fail("--resume: " + checkpoint.error().message);
  if (const auto difference = first_difference(checkpoint->settings, run.decisive))
    return fail(
        fmt::format("--resume: {} is of a run with other settings: {}; use the same, or "
                    "start anew without --resume",
                    path.string(), *difference));
  spdlog::info("going on from {}: epoch {}, step {} of {}", path.string(), checkpoint->run.epoch,
               checkpoint->run.step, run.steps_per_epoch());
  if (const auto difference = first_difference(checkpoint->machine, machine_of(run.settings)))
    spdlog::info("on another machine than before ({}), so not bit for bit as it would have been",
                 *difference);
  return to_bytes(*checkpoint);
}

}  // namespace

Score score(nn::Sequential& network, const Examples& examples, int classes, torch::Device device) {
  const torch::NoGradGuard no_grad;
  network->eval();
  Sums sums;
  for (std::int64_t first = 0; first < examples.count(); first += kScoreBatch) {
    const std::int64_t end = std::min(first + kScoreBatch, examples.count());
    const torch::Tensor labels = examples.labels.slice(0, first, end).to(device);
    const torch::Tensor probabilities = class_probabilities(
        network->forward(examples.images.slice(0, first, end).to(device)), classes);
    sums.loss += F::nll_loss(probabilities.log(), labels).item<double>() * double(end - first);
    sums.correct += probabilities.argmax(1).eq(labels).sum().item<double>();
    sums.count += double(end - first);
  }
  return {sums.mean_loss(), sums.accuracy()};
}

const EpochResult& best_epoch(const std::vector<EpochResult>& epochs, std::int64_t validation) {
  double highest = 0;
  for (const EpochResult& epoch : epochs) highest = std::max(highest, epoch.validation_accuracy);
  const double standard_error = std::sqrt(highest * (1 - highest) / double(validation));
  const auto best = std::find_if(epochs.rbegin(), epochs.rend(), [&](const EpochResult& epoch) {
    return epoch.validation_accuracy >= highest - standard_error;
  });
  return *best;
}

Result<TrainOutcome> train(nn::Sequential& network, const IdxDataset& dataset,
                           const std::vector<std::size_t>& indices, const Examples& validation,
                           const TrainSettings& settings) {
  Run run{dataset, indices, validation, settings, {}, {}, {}, {}, {}};
  Result<Teachers> teachers = load_teachers(settings.teachers, settings.outputs());
  if (!teachers) return tl::unexpected(teachers.error());
  run.teachers = std::move(*teachers);
  if (settings.negatives > 0) {
    Result<NegativePainter> painter = NegativePainter::create(dataset, indices);
    if (!painter) return tl::unexpected(painter.error());
    run.painter = std::move(*painter);
  }
  run.decisive = decisive_for(run);
  if (!settings.checkpoints.resume.empty() && settings.cluster.node_rank == 0) {
    Result<std::string> start = read_start(run);
    if (!start) return tl::unexpected(start.error());
    run.start = std::move(*start);
  }
  if (settings.cluster.nodes > 1) {
    Result<std::unique_ptr<ClusterNode>> node = join_cluster(run);
    if (!node) return tl::unexpected(node.error());
    run.meeting_point = [&node] { return (*node)->meeting_point(); };
    return run_workers(run, network, node->get());
  }
  // A suspended program's workers must not take each other for dead.
  const auto store = c10::make_intrusive<c10d::HashStore>();
  run.meeting_point = [&] {
    return Rendezvous{.store = store, .timeout = std::chrono::hours(24)};
  };
  return run_workers(run, network, nullptr);
}

}  // namespace numeral
