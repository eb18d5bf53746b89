#pragma once

#include <torch/torch.h>

#include "train/data/examples.h"
#include "train/network/loss.h"
#include "train/network/weights.h"
#include "train/distributed/worker_group.h"

namespace numeral {

/// How a step changes the weights.
struct StepSettings {
  double weight_decay = 0.02;
  double ema_decay = 0.999;  ///< of the weights' moving average; 0: none is kept
};

/// Sums over pictures, as many as there are devices that hold them.
struct Sums {
  double loss = 0;
  double correct = 0;
  double count = 0;
  double stop = 0;  ///< how many workers asked for the run to stop

  double mean_loss() const { return loss / count; }
  double accuracy() const { return correct / count; }
};

/// Computes in a faster type where that does no harm, for as long as it lives (libtorch's autocast:
/// convolutions and products in `type`, sums and losses in float32). Does nothing for float32.
class MixedPrecision {
 public:
  MixedPrecision(torch::Device device, torch::ScalarType type);
  ~MixedPrecision();
  MixedPrecision(const MixedPrecision&) = delete;
  MixedPrecision& operator=(const MixedPrecision&) = delete;

 private:
  torch::DeviceType device_;
  bool active_;
};

/// One worker's copy of the network with all that trains it. The replicas of a run are the same,
/// bit for bit, after every step.
///
/// Everything that a step exchanges lies in one tensor, which is summed over the workers at once:
///
/// - The gradients, each worker's weighted by its pictures, so that the result is the gradient of
///   the whole batch's mean loss however the batch was split. They are not sent off piece by piece
///   while the backward pass still runs: they are a few hundred kilobytes, too little for that to
///   pay.
/// - Batch norm's running statistics. Each worker normalises its own part of the batch, as
///   `DistributedDataParallel` does; the mean of their running means is that of the whole batch,
///   and the mean of their unbiased variances is an unbiased estimate like that of one worker.
/// - The sums of loss, right answers and pictures, so that all know of the whole batch and agree
///   on when to stop.
///
/// On a GPU the forward pass is in mixed precision, and nothing in a step waits for the GPU.
class Replica {
 public:
  /// Trains `network`, which is moved to `device`.
  Replica(torch::nn::Sequential network, torch::Device device, const StepSettings& settings);

  /// One step on this worker's part of a batch, which may be empty but not for all workers.
  /// The batch's sums are added to `totals()`.
  void step(const Examples& part, const Loss& loss, double learning_rate, const WorkerGroup& group,
            bool stop = false);

  /// Computes the whole batch's gradients, as the first half of `step`.
  void compute_gradients(const Examples& part, const Loss& loss, const WorkerGroup& group,
                         bool stop = false);

  /// The sums of all steps since `set_totals`. On a GPU this waits for it.
  Sums totals() const;
  void set_totals(const Sums& totals);

  /// The network, with the weights as they are being trained.
  torch::nn::Sequential& network() { return network_; }

  torch::Device device() const { return device_; }

  /// The moving average of the weights, or the weights themselves where none is kept.
  const Weights& averaged() const { return average_.empty() ? weights_ : average_; }

  /// All that the next step depends on, copied to the processor.
  struct State {
    Weights weights;
    Weights averaged;                           ///< empty where no average is kept
    std::vector<torch::Tensor> first_moments;   ///< AdamW's, one a parameter
    std::vector<torch::Tensor> second_moments;  ///< likewise
    std::int64_t steps = 0;
  };
  State state() const;
  Result<void> set_state(const State& state);

 private:
  void lay_out_exchange();
  void divide_gradients();
  void pack_statistics(double count);
  void unpack_statistics(const torch::Tensor& count);

  torch::nn::Sequential network_;
  torch::Device device_;
  StepSettings settings_;
  torch::optim::AdamW optimizer_;
  Weights weights_;  ///< of network_
  Weights average_;
  std::int64_t steps_ = 0;

  torch::Tensor exchange_;    ///< float32: gradients, statistics, sums
  torch::Tensor gradients_;   ///< the parts of it
  torch::Tensor statistics_;  ///< likewise
  torch::Tensor sums_;        ///< likewise: loss, correct, count, stop
  torch::Tensor totals_;      ///< float64, like sums_

  torch::ScalarType type_;    ///< of the forward pass
  torch::Tensor loss_scale_;  ///< a scalar; for float16, whose smallest gradients would be 0
};

}  // namespace numeral
