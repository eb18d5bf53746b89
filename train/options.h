#pragma once

#include <filesystem>
#include <string>
#include <variant>
#include <vector>

#include "experiments.h"
#include "trainer.h"

namespace numeral {

/// What the command line of numeral-train asks for.
struct Options {
  std::filesystem::path data;
  std::filesystem::path out = "model";
  std::size_t validation = 5000;        ///< pictures set aside
  int threads = 0;                      ///< of libtorch; 0: one a processor
  std::vector<Experiment> experiments;  ///< for the report to tell of
  TrainSettings train;
};

/// Options to go on with, or the exit status to end with at once (after --help, or after a
/// mistake, which has then been said on standard error).
std::variant<Options, int> parse_options(int argc, char** argv);

}  // namespace numeral
