#pragma once

#include "train/evaluation/results.h"

namespace numeral::test {

/// The results of a small run of a model with three classes, with all that a report can show.
inline RunResults some_results() {
  RunResults results;
  results.model = "shapes";
  results.data = "Drawn shapes";
  results.date = "2026-11-23T07:34:28Z";
  results.labels = {"circle", "<b>&\"", "'square'"};
  results.parameters = 103002;
  results.training_pictures = 55000;
  results.selection = "the epoch with the highest validation accuracy";
  results.settings = {{"batch_size", 128}, {"augmentation", true}, {"devices", "cpu & gpu"}};
  results.epochs = {{1, 0.004, 0.75, 0.5, 0.25, 0.875, 1234.5},
                    {2, 0.002, 0.5, 0.625, 0.125, 0.96875, 1300},
                    {3, 0, 0.375, 0.75, 0.1875, 0.9375, 1250.25}};
  results.best_epoch = 2;
  results.validation = {31, 32};
  results.test = {37, 40};
  results.accept_threshold = 0.625;
  results.confusion = {{12, 1, 0}, {0, 14, 1}, {0, 0, 11}};
  Misclassified first{7, 0, 1, 0.875, {}}, second{23, 1, 2, 0.5, {}};
  Misclassified blank{31, 2, std::nullopt, 0, {}};
  first.picture[30] = 1;
  results.misclassified = {first, second, blank};
  results.calibration = calibration_bins({0.9, 0.9, 0.6}, {true, true, false});
  results.temperature_scaling = TemperatureScaling{0.75, 0.125};
  results.test_sets = {{"Drawn shapes", {37, 40}, {36, 40}, {1, 40}, 0.25},
                       {"Strangers & co", {45, 50}, {44, 50}, {1, 50}, 0.03125}};
  results.forms = {{&digit_forms()[0], 19, 20}};
  results.drawings = {{"Brush", "8 px", 99, 100}, {"Size", "30 %", 97, 100}};
  results.rejection_rates = {{"letters from fonts", {81, 90}}};
  return results;
}

}  // namespace numeral::test
