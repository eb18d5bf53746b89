#include "trainer.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numbers>

#include "batch_loader.h"
#include "progress.h"

namespace numeral {
namespace {

namespace nn = torch::nn;
namespace F = torch::nn::functional;

/// The share of all steps in which the learning rate rises.
constexpr double kWarmUp = 0.1;

constexpr std::int64_t kScoreBatch = 500;

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// The share of the highest learning rate at `progress` (0 to 1) through the run: a straight rise,
/// then half a cosine down. Smith, Topin, "Super-convergence", 2019.
double learning_rate_share(double progress) {
  if (progress < kWarmUp) return progress / kWarmUp;
  return 0.5 + 0.5 * std::cos(std::numbers::pi * (progress - kWarmUp) / (1 - kWarmUp));
}

/// Stores the weights of convolutions with the channels innermost, which makes libtorch compute
/// in that order throughout: faster on CPUs and on tensor cores.
void to_channels_last(const nn::Sequential& network) {
  for (const torch::Tensor& parameter : network->parameters())
    if (parameter.dim() == 4)
      parameter.set_data(parameter.contiguous(torch::MemoryFormat::ChannelsLast));
}

void set_learning_rate(torch::optim::Optimizer& optimizer, double rate) {
  for (auto& group : optimizer.param_groups()) group.options().set_lr(rate);
}

/// A copy of all weights and batch-norm statistics.
std::vector<torch::Tensor> state_of(const nn::Sequential& network) {
  std::vector<torch::Tensor> state;
  for (const auto& tensor : network->parameters()) state.push_back(tensor.detach().clone());
  for (const auto& tensor : network->buffers()) state.push_back(tensor.detach().clone());
  return state;
}

void restore(const nn::Sequential& network, const std::vector<torch::Tensor>& state) {
  const torch::NoGradGuard no_grad;
  auto saved = state.begin();
  for (auto& tensor : network->parameters()) tensor.copy_(*saved++);
  for (auto& tensor : network->buffers()) tensor.copy_(*saved++);
}

/// Sums up an epoch while it runs.
struct Totals {
  double loss = 0;
  std::int64_t correct = 0;
  std::int64_t seen = 0;

  void add(double batch_loss, const torch::Tensor& logits, const torch::Tensor& labels) {
    loss += batch_loss * double(labels.size(0));
    correct += logits.argmax(1).eq(labels).sum().item<std::int64_t>();
    seen += labels.size(0);
  }

  double mean_loss() const { return loss / double(seen); }
  double accuracy() const { return double(correct) / double(seen); }
};

/// What a training run keeps from one epoch to the next.
struct Run {
  nn::Sequential& network;
  const IdxDataset& dataset;
  const std::vector<std::size_t>& indices;
  const TrainSettings& settings;
  torch::optim::AdamW optimizer;
  Progress progress;
  std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();

  double images_per_epoch() const { return double(indices.size()); }
};

void show_progress(Run& run, int epoch, const Totals& totals, double images_per_second) {
  const double done = (epoch - 1) + double(totals.seen) / run.images_per_epoch();
  const double left = seconds_since(run.start) * (run.settings.epochs / done - 1);
  run.progress.show(fmt::format(
      "epoch {}/{}  {:3.0f} %  loss {:.4f}  accuracy {:.2f} %  {:.0f} images/s  {} left", epoch,
      run.settings.epochs, 100 * double(totals.seen) / run.images_per_epoch(), totals.mean_loss(),
      100 * totals.accuracy(), images_per_second, duration_text(left)));
}

/// One pass over the training pictures.
Result<EpochResult> train_epoch(Run& run, int epoch) {
  const TrainSettings& settings = run.settings;
  BatchLoader loader(
      run.dataset, run.indices, static_cast<std::uint64_t>(epoch),
      {settings.batch_size, settings.seed, settings.augment, settings.loader_threads});
  const auto loss_options = F::CrossEntropyFuncOptions().label_smoothing(settings.label_smoothing);
  const auto start = std::chrono::steady_clock::now();
  Totals totals;
  run.network->train();
  while (std::optional<Examples> batch = loader.next()) {
    const double position = (epoch - 1) + double(totals.seen) / run.images_per_epoch();
    set_learning_rate(run.optimizer,
                      settings.learning_rate * learning_rate_share(position / settings.epochs));

    const torch::Tensor labels = batch->labels.to(settings.device);
    const torch::Tensor logits = run.network->forward(batch->images.to(settings.device));
    const torch::Tensor loss = F::cross_entropy(logits, labels, loss_options);
    run.optimizer.zero_grad();
    loss.backward();
    run.optimizer.step();

    const auto value = loss.item<double>();
    if (!std::isfinite(value))
      return fail(
          fmt::format("the loss is no longer finite in epoch {}: try a smaller "
                      "--learning-rate than {}",
                      epoch, settings.learning_rate));
    totals.add(value, logits.detach(), labels);
    if (run.progress.is_due())
      show_progress(run, epoch, totals, double(totals.seen) / seconds_since(start));
  }
  EpochResult result;
  result.epoch = epoch;
  result.learning_rate = run.optimizer.param_groups().front().options().get_lr();
  result.train_loss = totals.mean_loss();
  result.train_accuracy = totals.accuracy();
  result.images_per_second = double(totals.seen) / seconds_since(start);
  return result;
}

}  // namespace

Score score(nn::Sequential& network, const Examples& examples, torch::Device device) {
  const torch::NoGradGuard no_grad;
  network->eval();
  Totals totals;
  for (std::int64_t first = 0; first < examples.count(); first += kScoreBatch) {
    const std::int64_t end = std::min(first + kScoreBatch, examples.count());
    const torch::Tensor labels = examples.labels.slice(0, first, end).to(device);
    const torch::Tensor logits = network->forward(examples.images.slice(0, first, end).to(device));
    totals.add(F::cross_entropy(logits, labels).item<double>(), logits, labels);
  }
  return {totals.mean_loss(), totals.accuracy()};
}

const EpochResult& best_epoch(const std::vector<EpochResult>& epochs) {
  return *std::max_element(epochs.begin(), epochs.end(), [](const auto& a, const auto& b) {
    if (a.validation_accuracy != b.validation_accuracy)
      return a.validation_accuracy < b.validation_accuracy;
    return a.validation_loss > b.validation_loss;
  });
}

Result<std::vector<EpochResult>> train(nn::Sequential& network, const IdxDataset& dataset,
                                       const std::vector<std::size_t>& indices,
                                       const Examples& validation, const TrainSettings& settings) {
  network->to(settings.device);
  to_channels_last(network);
  const auto optimizer_options =
      torch::optim::AdamWOptions(settings.learning_rate).weight_decay(settings.weight_decay);
  Run run{network,
          dataset,
          indices,
          settings,
          torch::optim::AdamW(network->parameters(), optimizer_options),
          Progress()};
  std::vector<EpochResult> epochs;
  std::vector<torch::Tensor> best_state;
  for (int epoch = 1; epoch <= settings.epochs; ++epoch) {
    Result<EpochResult> result = train_epoch(run, epoch);
    if (!result) return tl::unexpected(result.error());
    const Score validated = score(network, validation, settings.device);
    result->validation_loss = validated.loss;
    result->validation_accuracy = validated.accuracy;
    epochs.push_back(*result);
    const bool is_best = best_epoch(epochs).epoch == epoch;
    if (is_best) best_state = state_of(network);

    run.progress.clear();
    spdlog::info(
        "epoch {}/{}: loss {:.4f}, validation loss {:.4f}, accuracy {:.2f} %{}, "
        "{:.0f} images/s",
        epoch, settings.epochs, result->train_loss, validated.loss, 100 * validated.accuracy,
        is_best ? " (best)" : "", result->images_per_second);
  }
  restore(network, best_state);
  network->eval();
  return epochs;
}

}  // namespace numeral
