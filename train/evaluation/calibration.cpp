#include "train/evaluation/calibration.h"

#include <algorithm>
#include <cmath>

namespace numeral {

std::vector<CalibrationBin> calibration_bins(const std::vector<double>& confidences,
                                             const std::vector<bool>& correct, int bins) {
  std::vector<CalibrationBin> result(bins);
  for (int i = 0; i < bins; ++i) {
    result[i].low = double(i) / bins;
    result[i].high = double(i + 1) / bins;
  }
  for (std::size_t i = 0; i < confidences.size(); ++i) {
    // As in the paper, a confidence on a boundary belongs to the lower bin.
    const int index = static_cast<int>(std::ceil(confidences[i] * bins)) - 1;
    CalibrationBin& bin = result[std::clamp(index, 0, bins - 1)];
    ++bin.count;
    bin.correct += correct[i];
    bin.confidence += (confidences[i] - bin.confidence) / bin.count;
  }
  return result;
}

double expected_calibration_error(const std::vector<CalibrationBin>& bins) {
  double sum = 0;
  int count = 0;
  for (const CalibrationBin& bin : bins) {
    sum += bin.count * std::abs(bin.accuracy() - bin.confidence);
    count += bin.count;
  }
  return count == 0 ? 0 : sum / count;
}

double expected_calibration_error(const std::vector<double>& confidences,
                                  const std::vector<bool>& correct, int bins) {
  return expected_calibration_error(calibration_bins(confidences, correct, bins));
}

}  // namespace numeral
