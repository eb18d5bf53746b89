#pragma once

#include <filesystem>
#include <vector>

#include "train/data/examples.h"
#include "train/options.h"
#include "train/training/validation.h"

namespace numeral {

/// A finished training run, with all that its model card tells of.
struct FinishedRun {
  const Options& options;
  torch::nn::Sequential network;  ///< gives logits; on the CPU
  const std::vector<EpochResult>& epochs;
  const IdxDataset& training;
  const Split& split;
  const Examples& validation;
  const IdxDataset& test;
};

/// Makes `folder` where it is missing. Fails where nothing can be written there, so that this is
/// known before hours of training.
Result<void> prepare_output_folder(const std::filesystem::path& folder);

/// Writes NAME.onnx, NAME.ort, NAME.json and the run's report (see run_report.h) to the output
/// folder. Before anything there is replaced, the new model has been compared with libtorch on
/// validation pictures (1e-5 for every probability) and has recognised the test set, which is
/// looked at here and nowhere else.
Result<void> publish(const FinishedRun& run);

}  // namespace numeral
