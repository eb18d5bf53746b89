#pragma once

#include <string>
#include <vector>

#include "train/evaluation/calibration.h"

namespace numeral {

/// Values over the epochs 1, 2, 3, ...
struct ChartSeries {
  std::string name;
  std::vector<double> values;
};

struct LineChart {
  std::string title;                ///< for those who cannot see it
  std::string axis;                 ///< what its height means, with the unit
  std::vector<ChartSeries> series;  ///< one or two, equally long, at least one value each
  bool logarithmic = false;         ///< values of 0 or less are then drawn at the lower edge
  int marked = 0;                   ///< this epoch is marked as the best; 0: none
};

/// The chart as an `<svg>` element that fills the width it is given. Its colours are the style
/// sheet's: classes `series-0`, `series-1`, `axis`, `grid`, `mark`.
std::string line_chart(const LineChart& chart);

/// The accuracy in each bin of confidence as a bar beside the diagonal on which it ought to end,
/// and below it how many answers each bin has, on a logarithmic scale.
/// Guo, Pleiss, Sun, Weinberger, 2017, figure 1.
std::string reliability_diagram(const std::vector<CalibrationBin>& bins);

/// Steps of 1, 2 and 5 times powers of ten: the fewest that enclose `low` to `high` (both positive,
/// `low` < `high` or equal) on a logarithmic axis.
std::vector<double> logarithmic_ticks(double low, double high);

/// Evenly spaced round numbers from 0 to `high` (positive) or beyond, five to seven of them.
std::vector<double> linear_ticks(double high);

}  // namespace numeral
