#pragma once

#include <filesystem>
#include <string>
#include <variant>
#include <vector>

#include "train/publish/publish_settings.h"
#include "train/training/settings.h"

namespace numeral {

/// The command line of numeral-train.
struct Options {
  std::filesystem::path data;                        ///< folder with the IDX files
  std::vector<std::filesystem::path> further_tests;  ///< folders with further test sets
  std::size_t validation = 5000;                     ///< training pictures set aside for validation
  PublishSettings publish;
  TrainSettings train;
};

/// Parses the command line, and what a launcher has said in the environment. Returns the options,
/// or the exit status to end with at once: after --help, or after a mistake, which has been printed
/// to standard error. Throws as `read_launch` does.
std::variant<Options, int> parse_options(int argc, char** argv);

/// The command that resumes a run: `argv`, quoted for a shell where needed, with --resume `folder`
/// in place of any other --resume.
std::string resume_command(int argc, char** argv, const std::filesystem::path& folder);

}  // namespace numeral
