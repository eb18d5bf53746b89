#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/preprocess.h"
#include "train/evaluation/calibration.h"
#include "train/evaluation/redrawn_digits.h"
#include "train/training/epoch_result.h"
#include "train/evaluation/experiments.h"

namespace numeral {

/// `count` of `total`.
struct Portion {
  int count = 0;
  int total = 0;

  double value() const { return total == 0 ? 0 : double(count) / total; }
};

/// A test picture that was not read as what it shows.
struct Misclassified {
  std::size_t index = 0;      ///< in the test set, from 0
  int label = 0;              ///< the class it shows
  std::optional<int> answer;  ///< the class it was taken for; nothing where it was found blank
  double confidence = 0;      ///< of the answer
  NetworkInput picture{};     ///< as the network saw it
};

/// Pictures that show nothing the model knows, and how many of them it does not stand by.
struct RejectionRate {
  std::string what;  ///< "letters from fonts"
  Portion share;
};

/// How a division of the logits by a temperature changed the calibration.
struct TemperatureScaling {
  double temperature = 1;
  double error_before = 0;  ///< the expected calibration error with temperature 1
};

/// All that a report tells of a training run and of the model that came of it.
struct RunResults {
  std::string model;                ///< its name
  std::string data;                 ///< what the data are called
  std::string date;                 ///< ISO 8601, UTC
  std::vector<std::string> labels;  ///< one a class
  std::int64_t parameters = 0;
  int training_pictures = 0;
  std::string selection;                    ///< how the model was chosen among the epochs
  nlohmann::json settings;                  ///< an object
  std::vector<EpochResult> epochs;          ///< at least one
  int best_epoch = 0;                       ///< of `epochs`, counted as they are
  Portion validation;                       ///< right answers at the best epoch
  Portion test;                             ///< right answers of the published model
  double accept_threshold = 0;              ///< the least confidence that the model stands by
  std::vector<std::vector<int>> confusion;  ///< on the test set: [label][answer]
  std::vector<Misclassified> misclassified;             ///< of the test set, the most confident first
  std::vector<CalibrationBin> calibration;  ///< on the test set, of the published model
  std::optional<TemperatureScaling> temperature_scaling;
  std::vector<DrawingResult> drawings;  ///< may be empty, as may what follows
  std::vector<RejectionRate> rejection_rates;
  std::vector<Experiment> experiments;
};

}  // namespace numeral
