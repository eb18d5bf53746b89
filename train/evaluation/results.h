#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/preprocess.h"
#include "train/evaluation/calibration.h"
#include "train/evaluation/form_accuracy.h"
#include "train/evaluation/redrawn_digits.h"
#include "train/training/epoch_result.h"

namespace numeral {

/// `count` of `total`.
struct Portion {
  int count = 0;
  int total = 0;

  double value() const { return total == 0 ? 0 : double(count) / total; }
};

/// A test picture that was not classified as what it shows.
struct Misclassified {
  std::size_t index = 0;      ///< in the test set, from 0
  int label = 0;              ///< the true class
  std::optional<int> answer;  ///< the predicted class; none where no ink was found
  double confidence = 0;      ///< of the answer, 0 to 1
  NetworkInput picture{};     ///< as the network saw it
};

/// How well the model does on one test set.
struct TestSummary {
  std::string name;
  Portion correct;
  Portion accepted;        ///< answers that the model accepts, right or wrong
  Portion accepted_wrong;  ///< wrong answers that it accepts, of all pictures
  double calibration_error = 0;
};

/// How many pictures of one kind, none of which shows a known class, the model rejects.
struct RejectionRate {
  std::string what;  ///< the kind, such as "scribbles"
  Portion rejected;  ///< answers below the confidence that the model accepts
};

/// What temperature scaling did: the logits are divided by `temperature`.
struct TemperatureScaling {
  double temperature = 1;
  double error_before = 0;  ///< expected calibration error with temperature 1
};

/// The results of a training run and of the model published from it.
struct RunResults {
  std::string model;                ///< its name
  std::string data;                 ///< name of the data set
  std::string date;                 ///< ISO 8601, UTC
  std::vector<std::string> labels;  ///< one for each class
  std::int64_t parameters = 0;
  int training_pictures = 0;
  std::string selection;            ///< how the best epoch was chosen, in words; may be empty
  nlohmann::json settings;          ///< an object
  std::vector<EpochResult> epochs;  ///< at least one
  int best_epoch = 0;               ///< counted as EpochResult::epoch
  Portion validation;               ///< right answers at the best epoch
  Portion test;                     ///< right answers of the published model
  double accept_threshold = 0;      ///< lowest confidence that the model accepts, 0 to 1
  std::vector<std::vector<int>> confusion;   ///< [label][answer] = test pictures
  std::vector<Misclassified> misclassified;  ///< of the test set, highest confidence first
  std::vector<CalibrationBin> calibration;   ///< of the published model on the test set
  std::optional<TemperatureScaling> temperature_scaling;
  std::vector<TestSummary> test_sets;          ///< the test set, then further ones
  std::vector<FormResult> forms;               ///< empty where the classes are not the ten digits
  std::vector<DrawingResult> drawings;         ///< empty where the classes are not the ten digits
  std::vector<RejectionRate> rejection_rates;  ///< empty where nothing was trained to be rejected
};

}  // namespace numeral
