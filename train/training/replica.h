#pragma once

#include <torch/torch.h>

#include "train/data/examples.h"
#include "train/distributed/worker_group.h"
#include "train/network/adamw.h"
#include "train/network/flat_weights.h"
#include "train/network/loss.h"
#include "train/network/weights.h"

namespace numeral {

/// How a step updates the weights.
struct StepSettings {
  double weight_decay = 0.02;  ///< AdamW's
  double ema_decay = 0.999;    ///< of the weights' moving average; 0: none is kept

  double clip_norm = 0;         ///< the largest norm of a step's gradients; 0: any
  std::int64_t accumulate = 1;  ///< parts in which a shard goes through the network

  /// The type of the forward and backward pass, the same on all workers: see `fast_type`.
  torch::ScalarType type = torch::kFloat32;
};

/// Sums over examples, of all workers.
struct Sums {
  double loss = 0;
  double correct = 0;
  double count = 0;
  double stop = 0;  ///< how many workers asked the run to stop

  double mean_loss() const { return loss / count; }
  double accuracy() const { return correct / count; }
};

/// One worker's copy of the network, with its optimizer (AdamW) and its moving average. The
/// replicas of a run are the same, bit for bit, after every step.
///
/// All that a step exchanges is in one tensor, which is all-reduced at once:
///
/// - The gradients, weighted by the size of each worker's shard. The result is the gradient of the
///   whole batch's mean loss, however the batch was split. They are a few hundred kilobytes: too
///   little for sending parts of them during the backward pass to pay.
/// - Batch norm's running statistics. Each worker normalises its own shard, as
///   DistributedDataParallel does. The mean of the running means is that of the whole batch; the
///   mean of the unbiased variances is an unbiased estimate.
/// - The sums of loss, correct answers and examples, and the wish to stop, so that all workers know
///   of the whole batch and agree on when to stop.
///
/// With a type other than float32 the forward pass is in mixed precision. No step waits for a GPU.
class Replica {
 public:
  /// Trains `network`, which is moved to `device`.
  Replica(torch::nn::Sequential network, torch::Device device, const StepSettings& settings);

  /// One training step on this worker's shard of a batch; not all workers' shards may be empty.
  /// Adds the batch's sums to `totals()`.
  void step(const Examples& shard, const Loss& loss, double learning_rate, const WorkerGroup& group,
            bool stop = false);

  /// The first half of `step`: computes the gradients of the whole batch.
  void compute_gradients(const Examples& shard, const Loss& loss, const WorkerGroup& group,
                         bool stop = false);

  /// The sums of all steps since `set_totals`. Waits for the GPU, if it is one.
  Sums totals() const;
  void set_totals(const Sums& totals);

  /// The network, with the weights that are being trained.
  torch::nn::Sequential& network() { return network_; }

  torch::Device device() const { return device_; }

  /// The moving average of the weights, or the weights themselves where none is kept.
  const Weights& averaged() const { return averaged_.empty() ? weights_ : averaged_; }

  /// All that the next step depends on, copied to the CPU.
  struct State {
    Weights weights;
    Weights averaged;                           ///< empty where no average is kept
    std::vector<torch::Tensor> first_moments;   ///< AdamW's, one for each parameter
    std::vector<torch::Tensor> second_moments;  ///< likewise
    std::int64_t steps = 0;
    double loss_scale = 0;  ///< 0: the loss is not scaled
  };
  State state() const;

  /// Continues from `state`. Throws std::runtime_error where it is of another network.
  void set_state(const State& state);

 private:
  void lay_out_exchange();
  void accumulate_gradients(const Examples& part, const Loss& loss);
  void divide_gradients();

  torch::nn::Sequential network_;
  torch::Device device_;
  StepSettings settings_;
  FlatWeights flat_;       ///< of network_
  Weights weights_;        ///< the same, by name
  torch::Tensor average_;  ///< like flat_.values; undefined where none is kept
  Weights averaged_;       ///< the same, by name; integer buffers are those of network_
  AdamW optimizer_;

  torch::Tensor exchange_;  ///< float32, all-reduced in each step; the next three are views of it
  torch::Tensor gradients_;
  torch::Tensor statistics_;  ///< batch norm's, times the examples that they are of
  torch::Tensor sums_;        ///< loss, correct, count, stop
  torch::Tensor totals_;      ///< float64, like sums_

  torch::Tensor loss_scale_;  ///< a scalar, only for float16: unscaled, small gradients become 0
};

}  // namespace numeral
