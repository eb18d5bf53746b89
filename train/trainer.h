#pragma once

#include <torch/torch.h>

#include <vector>

#include "../src/error.h"
#include "epoch_result.h"
#include "examples.h"

namespace numeral {

struct TrainSettings {
  int epochs = 30;
  std::int64_t batch_size = 128;
  double learning_rate = 4e-3;  ///< the highest; it rises to it and falls to 0 again
  double weight_decay = 0.02;
  double label_smoothing = 0.05;
  std::uint64_t seed = 1;
  int loader_threads = 1;
  bool augment = true;
  torch::Device device = torch::kCPU;
};

struct Score {
  double loss = 0;
  double accuracy = 0;
};

/// Loss and accuracy of `network`, in evaluation mode, on `examples`.
Score score(torch::nn::Sequential& network, const Examples& examples, torch::Device device);

/// Trains `network` on the pictures `indices` of `dataset` and leaves it with the weights of
/// the epoch that did best on `validation` (by accuracy, then by loss), in evaluation mode.
/// Returns every epoch's result. Fails where the loss stops being finite.
Result<std::vector<EpochResult>> train(torch::nn::Sequential& network, const IdxDataset& dataset,
                                       const std::vector<std::size_t>& indices,
                                       const Examples& validation, const TrainSettings& settings);

/// The best of `epochs`: the highest validation accuracy, and of equals the lowest loss.
const EpochResult& best_epoch(const std::vector<EpochResult>& epochs);

}  // namespace numeral
