#pragma once

#include <string>
#include <vector>

#include "train/evaluation/calibration.h"

namespace numeral {

/// One value for each of the epochs 1, 2, 3, ...
struct ChartSeries {
  std::string name;
  std::vector<double> values;
};

struct LineChart {
  std::string title;                ///< the text for screen readers
  std::string axis;                 ///< name of the vertical axis, with the unit
  std::vector<ChartSeries> series;  ///< one or two, equally long, at least one value each
  bool logarithmic = false;         ///< values of 0 or less are drawn at the lower edge
  int marked = 0;                   ///< the epoch marked as the best; 0: none
};

/// The chart as an SVG element as wide as its parent. Colours come from the page's style sheet,
/// through the classes `series-0`, `series-1`, `axis`, `grid`, `mark`. Names may hold any text.
std::string line_chart(const LineChart& chart);

/// A reliability diagram as an SVG element: the accuracy of each bin as a bar, with the diagonal
/// where accuracy equals confidence. Below are the numbers of answers, on a logarithmic scale.
/// Guo, Pleiss, Sun, Weinberger, 2017, figure 1.
std::string reliability_diagram(const std::vector<CalibrationBin>& bins);

/// Ticks of a logarithmic axis: powers of ten times 1, 2 and 5, as few as enclose `low` to `high`.
/// 0 < `low` <= `high`.
std::vector<double> logarithmic_ticks(double low, double high);

/// Ticks of a linear axis: evenly spaced round numbers from 0 to at least `high` (above 0).
std::vector<double> linear_ticks(double high);

}  // namespace numeral
