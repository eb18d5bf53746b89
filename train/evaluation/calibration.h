#pragma once

#include <vector>

namespace numeral {

/// Answers whose confidences are alike: above `low`, at most `high`.
struct CalibrationBin {
  double low = 0;
  double high = 0;
  int count = 0;
  int correct = 0;
  double confidence = 0;  ///< their mean; 0 where there is no answer

  double accuracy() const { return count == 0 ? 0 : double(correct) / count; }
};

/// Sorts answers into `bins` bins of equal width by their confidence, 0 to 1. `correct` says for
/// each answer whether it is right.
std::vector<CalibrationBin> calibration_bins(const std::vector<double>& confidences,
                                             const std::vector<bool>& correct, int bins = 15);

/// By how much confidence and accuracy differ, averaged over the answers bin by bin: 0 where of
/// the answers given with confidence p the share p is right. Guo, Pleiss, Sun, Weinberger, "On
/// calibration of modern neural networks", 2017, equation 3.
double expected_calibration_error(const std::vector<CalibrationBin>& bins);

/// The same from the answers themselves.
double expected_calibration_error(const std::vector<double>& confidences,
                                  const std::vector<bool>& correct, int bins = 15);

}  // namespace numeral
