#pragma once

#include <vector>

namespace numeral {

/// The answers whose confidence is above `low` and at most `high`.
struct CalibrationBin {
  double low = 0;
  double high = 0;
  int count = 0;          ///< answers
  int correct = 0;        ///< right answers
  double confidence = 0;  ///< mean of the answers; 0 without any

  double accuracy() const { return count == 0 ? 0 : double(correct) / count; }
};

/// Sorts answers by confidence (0 to 1) into `bins` bins of equal width. `correct[i]` says whether
/// answer i is right; both lists have the same length.
std::vector<CalibrationBin> calibration_bins(const std::vector<double>& confidences,
                                             const std::vector<bool>& correct, int bins = 15);

/// The expected calibration error: |accuracy - confidence| of the bins, averaged over the answers,
/// 0 to 1; 0 without answers. Guo, Pleiss, Sun, Weinberger, "On calibration of modern neural
/// networks", 2017, equation 3.
double expected_calibration_error(const std::vector<CalibrationBin>& bins);

/// The same from the answers themselves.
double expected_calibration_error(const std::vector<double>& confidences,
                                  const std::vector<bool>& correct, int bins = 15);

}  // namespace numeral
