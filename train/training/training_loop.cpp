#include "train/training/training_loop.h"

#include <ATen/CPUGeneratorImpl.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <stdexcept>

#include "train/base/progress.h"
#include "train/base/shard.h"
#include "train/data/data_loader.h"
#include "train/network/loss.h"
#include "train/training/run_checkpoint.h"
#include "train/training/schedule.h"
#include "train/training/validation.h"

namespace numeral {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

/// A GPU's sums are read only every so many steps: reading them waits for the GPU.
constexpr std::int64_t kStepsBetweenReads = 20;

/// Not less than 0, whatever the clock does.
double seconds_since(Clock::time_point start) {
  return std::max(0.0, std::chrono::duration<double>(Clock::now() - start).count());
}

/// One worker's way through a run. Read it from `run` on downwards.
class TrainingLoop {
 public:
  TrainingLoop(const Run& run, Replica& replica, const WorkerGroup& group)
      : run_(run),
        settings_(run.settings),
        replica_(replica),
        group_(group),
        loss_(cross_entropy(settings_.label_smoothing, settings_.gce_q)) {}

  TrainOutcome run();

 private:
  void start();
  bool train_epoch();
  void finish_epoch();
  Weights result() const;
  Score validate(const Weights& weights);
  double run_progress() const;
  double learning_rate() const;
  bool must_read_sums() const;
  void require_finite(double loss) const;
  void show_progress();
  Checkpoint checkpoint() const;
  void save();

  const Run& run_;
  const TrainSettings& settings_;
  Replica& replica_;
  const WorkerGroup& group_;
  Loss loss_;
  RunState state_;
  Weights pretrained_;            ///< what the run began with, if `result` needs it
  Progress display_;              ///< used by the first worker only
  double progress_at_start_ = 0;  ///< `run_progress` when this process began
  Clock::time_point start_ = Clock::now();
  Clock::time_point saved_at_ = Clock::now();
  fs::path saved_;  ///< the latest checkpoint
};

TrainOutcome TrainingLoop::run() {
  start();
  while (state_.epoch <= settings_.epochs && !stops_early(state_.epochs, settings_.patience)) {
    const bool finished = train_epoch();
    if (!finished) {
      save();
      return {state_.epochs, true, saved_};
    }
    finish_epoch();
  }
  set_weights(*replica_.network(), state_.best);
  replica_.network()->eval();
  return {state_.epochs, false, saved_};
}

/// Loads the checkpoint to resume from. With several processes, all start from the first one's
/// state.
void TrainingLoop::start() {
  if (settings_.interpolation < 1) pretrained_ = copy_of(weights_of(*replica_.network()));
  std::optional<Checkpoint> start = run_.checkpoint;
  if (settings_.launch.size > 1) {
    std::string bytes;
    if (group_.is_first()) bytes = to_bytes(start ? *start : checkpoint());
    group_.broadcast(bytes);
    start = parse_checkpoint("the first process's state", bytes);
  }
  if (start) {
    replica_.set_state(start->replica);
    replica_.set_totals(start->run.totals);
    state_ = start->run;
    progress_at_start_ = run_progress();
    if (group_.is_first()) saved_ = settings_.checkpoints.resume;
  }
  // A launcher that starts the run anew must not find an earlier run's checkpoint.
  if (settings_.launch.launched) save();
}

/// Trains up to the end of the epoch under way. Returns false where the run is to stop before.
bool TrainingLoop::train_epoch() {
  DataLoader loader(
      run_.training_set.indices(),
      [&](std::size_t index, Random& random) { return run_.training_set.example(index, random); },
      static_cast<std::uint64_t>(state_.epoch),
      {settings_.batch_size, settings_.seed, settings_.loader_threads, state_.step, group_.rank(),
       group_.size(), replica_.device().is_cuda()});
  // One worker of each process asks whether to stop.
  const bool asks = group_.rank() % static_cast<int>(settings_.devices.size()) == 0;
  const double seconds_before = state_.seconds;
  const Clock::time_point epoch_start = Clock::now();

  replica_.network()->train();
  while (const std::optional<Examples> shard = loader.next()) {
    const bool stop = asks && settings_.stop_requested && settings_.stop_requested();
    replica_.step(*shard, loss_, learning_rate(), group_, stop);
    ++state_.step;
    if (!must_read_sums()) continue;

    state_.totals = replica_.totals();
    state_.seconds = seconds_before + seconds_since(epoch_start);
    require_finite(state_.totals.loss);
    if (state_.totals.stop > 0) {
      state_.totals.stop = 0;
      return false;
    }
    if (!group_.is_first()) continue;
    if (display_.is_due()) show_progress();
    if (seconds_since(saved_at_) >= 60 * settings_.checkpoints.minutes) save();
  }
  return true;
}

/// Validates the epoch's weights, keeps them if they are the best so far, and saves the run.
void TrainingLoop::finish_epoch() {
  const Weights weights = result();
  const Score validated = validate(weights);
  require_finite(validated.loss);
  EpochResult result;
  result.epoch = state_.epoch;
  result.learning_rate = learning_rate();
  result.train_loss = state_.totals.mean_loss();
  result.train_accuracy = state_.totals.accuracy();
  result.validation_loss = validated.loss;
  result.validation_accuracy = validated.accuracy;
  result.images_per_second = rate_of(state_.totals.count, state_.seconds);
  state_.epochs.push_back(result);
  const bool is_best = best_epoch(state_.epochs, run_.validation.count()).epoch == state_.epoch;
  if (is_best) state_.best = weights;

  ++state_.epoch;
  state_.step = 0;
  state_.totals = {};
  state_.seconds = 0;
  replica_.set_totals({});
  if (!group_.is_first()) return;
  display_.clear();
  spdlog::info(
      "epoch {}/{}: loss {:.4f}, validation loss {:.4f}, accuracy {:.2f} %{}, {:.0f} images/s",
      result.epoch, settings_.epochs, result.train_loss, validated.loss, 100 * validated.accuracy,
      is_best ? " (best)" : "", result.images_per_second);
  save();
}

/// What is validated and published: the averaged weights, or where the settings say so, a mean of
/// them and of the pretrained ones, which keeps more of what those did well. Wortsman et al.,
/// "Robust fine-tuning of zero-shot models", 2022.
Weights TrainingLoop::result() const {
  Weights weights = copy_of(replica_.averaged());
  for (std::size_t i = 0; i < pretrained_.tensors.size(); ++i) {
    torch::Tensor& tensor = weights.tensors[i];
    // Batch norm counts its batches in a whole number.
    if (tensor.is_floating_point())
      tensor.copy_(torch::lerp(pretrained_.tensors[i], tensor, settings_.interpolation));
  }
  return weights;
}

/// Loss and accuracy with `weights`. Each worker evaluates its shard of the pictures.
Score TrainingLoop::validate(const Weights& weights) {
  Weights own = weights_of(*replica_.network());
  const Weights trained = copy_of(own);
  copy_values(weights, own);
  const Examples& all = run_.validation;
  const Shard shard = shard_of(all.count(), group_.rank(), group_.size());
  torch::Tensor sums = torch::zeros({2}, torch::kFloat64);
  if (shard.count() > 0) {
    const Score part = score(
        replica_.network(),
        {all.images.slice(0, shard.first, shard.end), all.labels.slice(0, shard.first, shard.end)},
        settings_.classes, replica_.device());
    sums = torch::tensor({part.loss, part.accuracy}, torch::kFloat64) * double(shard.count());
  }
  copy_values(trained, own);
  group_.all_reduce(sums);
  sums /= double(all.count());
  return {sums[0].item<double>(), sums[1].item<double>()};
}

/// The share of the whole run that is done, 0 to 1.
double TrainingLoop::run_progress() const {
  const double in_epoch = double(state_.step) / double(run_.steps_per_epoch());
  return (state_.epoch - 1 + in_epoch) / settings_.epochs;
}

double TrainingLoop::learning_rate() const {
  return one_cycle_learning_rate(settings_.learning_rate, run_progress());
}

bool TrainingLoop::must_read_sums() const {
  return replica_.device().is_cpu() || state_.step % kStepsBetweenReads == 0 ||
         state_.step == run_.steps_per_epoch();
}

void TrainingLoop::require_finite(double loss) const {
  if (std::isfinite(loss)) return;
  throw std::runtime_error(fmt::format(
      "the loss is no longer finite in epoch {}, step {}: try a smaller learning rate than {}{}",
      state_.epoch, state_.step, settings_.learning_rate,
      saved_.empty() ? "" : "; the last good checkpoint is " + saved_.string()));
}

void TrainingLoop::show_progress() {
  const double left =
      seconds_since(start_) * (1 - run_progress()) / (run_progress() - progress_at_start_);
  display_.show(fmt::format(
      "epoch {}/{}  {:3.0f} %  loss {:.4f}  accuracy {:.2f} %  {:.0f} images/s  {} left",
      state_.epoch, settings_.epochs, 100 * double(state_.step) / double(run_.steps_per_epoch()),
      state_.totals.mean_loss(), 100 * state_.totals.accuracy(),
      rate_of(state_.totals.count, state_.seconds), duration_text(left)));
}

Checkpoint TrainingLoop::checkpoint() const {
  return {run_.must_match, machine_of(settings_), state_, replica_.state(),
          at::detail::getDefaultCPUGenerator().get_state()};
}

/// On the first worker, saves the run. A failed save is logged; training continues.
void TrainingLoop::save() {
  if (!group_.is_first() || settings_.checkpoints.folder.empty()) return;
  saved_at_ = Clock::now();
  const Checkpoint current = checkpoint();
  // Keeps the last good checkpoint where the next step will find that the loss is not finite.
  const Replica::State& state = current.replica;
  for (const auto& tensors :
       {state.weights.tensors, state.averaged.tensors, state.first_moments, state.second_moments})
    if (!all_finite(tensors)) return;
  display_.clear();
  try {
    saved_ = save_checkpoint(settings_.checkpoints.folder, current);
  } catch (const std::runtime_error& error) {
    std::error_code ignored;
    const bool earlier = !saved_.empty() && fs::exists(saved_, ignored);
    spdlog::warn("{}; training goes on, {}: make room there", error.what(),
                 earlier ? "the last checkpoint stays" : "not saved yet");
  }
}

}  // namespace

std::int64_t Run::steps_per_epoch() const {
  const auto count = static_cast<std::int64_t>(training_set.count());
  return (count + settings.batch_size - 1) / settings.batch_size;
}

TrainOutcome training_loop(const Run& run, Replica& replica, const WorkerGroup& group) {
  return TrainingLoop(run, replica, group).run();
}

nlohmann::ordered_json machine_of(const TrainSettings& settings) {
  return {{"workers", settings.workers()},
          {"device", settings.devices[0].is_cuda() ? "cuda" : "cpu"},
          {"threads", settings.threads}};
}

}  // namespace numeral
