#pragma once

#include <filesystem>
#include <string>
#include <variant>
#include <vector>

#include "train/evaluation/experiments.h"
#include "train/data/labels_file.h"
#include "train/training/trainer.h"

namespace numeral {

/// What the command line of numeral-train asks for.
struct Options {
  std::filesystem::path data;
  std::filesystem::path out = "model";
  std::string name = "digits";  ///< the model's, and that of its files
  std::string data_name;        ///< what the model card calls the data
  std::vector<std::string> labels = digit_labels();
  std::size_t validation = 5000;        ///< pictures set aside
  std::string devices = "cpu";          ///< as given
  std::vector<Experiment> experiments;  ///< for the report to tell of
  double weight_steps = 8;              ///< see weight_rounding.h
  TrainSettings train;
};

/// Options to go on with, or the exit status to end with at once (after --help, or after a
/// mistake, which has then been said on standard error).
std::variant<Options, int> parse_options(int argc, char** argv);

/// The command that goes on with an interrupted run: `argv`, quoted for a shell where need be, with
/// --resume `folder` in place of any before.
std::string resume_command(int argc, char** argv, const std::filesystem::path& folder);

}  // namespace numeral
