#pragma once

#include <torch/torch.h>

#include <string>
#include <vector>

#include "native/idx.h"
#include "train/data/examples.h"
#include "train/training/epoch_result.h"
#include "train/training/settings.h"

namespace numeral {

/// A test set beside the main one.
struct NamedTestSet {
  std::string name;
  IdxDataset data;
};

/// A finished training run: the network that it chose, and the data that it was trained, chosen
/// and will be tested with.
struct FinishedRun {
  const TrainSettings& settings;
  torch::nn::Sequential network;  ///< on the CPU; its output are logits
  const std::vector<EpochResult>& epochs;
  const IdxDataset& training;  ///< before the split
  const Split& split;
  const Examples& validation;
  const IdxDataset& test;
  const std::vector<NamedTestSet>& further_tests;  ///< for the report alone
};

}  // namespace numeral
