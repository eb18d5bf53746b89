#pragma once

#include "train/evaluation/results.h"

namespace numeral::test {

/// The figures of a small run of a model with three classes, with all that a report can show.
inline RunResults some_figures() {
  RunResults figures;
  figures.model = "shapes";
  figures.data = "Drawn shapes";
  figures.date = "2026-11-23T07:34:28Z";
  figures.labels = {"circle", "<b>&\"", "'square'"};
  figures.parameters = 103002;
  figures.training_pictures = 55000;
  figures.selection = "the epoch with the highest validation accuracy";
  figures.settings = {{"batch_size", 128}, {"augmentation", true}, {"devices", "cpu,cpu"}};
  figures.epochs = {{1, 0.004, 0.75, 0.5, 0.25, 0.875, 1234.5},
                    {2, 0.002, 0.5, 0.625, 0.125, 0.96875, 1300},
                    {3, 0, 0.375, 0.75, 0.1875, 0.9375, 1250.25}};
  figures.best_epoch = 2;
  figures.validation = {31, 32};
  figures.test = {37, 40};
  figures.accept_threshold = 0.625;
  figures.confusion = {{12, 1, 0}, {0, 14, 1}, {0, 0, 11}};
  Misclassified first{7, 0, 1, 0.875, {}}, second{23, 1, 2, 0.5, {}},
      blank{31, 2, std::nullopt, 0, {}};
  first.picture[30] = 1;
  figures.misclassified = {first, second, blank};
  figures.calibration = calibration_bins({0.9, 0.9, 0.6}, {true, true, false});
  figures.temperature_scaling = TemperatureScaling{0.75, 0.125};
  figures.drawings = {{"Brush", "8 px", 99, 100}, {"Size", "30 %", 97, 100}};
  figures.rejection_rates = {{"letters from fonts", {81, 90}}};
  figures.experiments = {{"no augmentation", {{1, 0.96, 0.25}, {2, 0.98, 0.125}}},
                         {"augmentation & all", {{1, 0.99, 0.0625}}}};
  return figures;
}

}  // namespace numeral::test
