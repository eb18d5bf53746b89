#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/error.h"

namespace numeral {

/// One training run of an experiment.
struct SeedResult {
  std::uint64_t seed = 0;
  double validation_accuracy = 0;  ///< 0 to 1
  double validation_loss = 0;
};

/// The same settings trained from several seeds.
struct Experiment {
  std::string what;
  std::vector<SeedResult> seeds;  ///< at least one
};

/// Mean and standard deviation over the seeds (with n - 1; 0 where there is but one).
struct Spread {
  double mean = 0;
  double deviation = 0;
};

Spread spread_of_accuracy(const Experiment& experiment);
Spread spread_of_loss(const Experiment& experiment);

/// Reads `[{"what": "...", "seeds": [{"seed": 1, "validation_accuracy": 0.99,
/// "validation_loss": 0.02}, ...]}, ...]`. Fails on what is not of this form; the message names the
/// file and the entry.
Result<std::vector<Experiment>> read_experiments(const std::filesystem::path& path);

}  // namespace numeral
