#include "train/evaluation/chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <kainjow/mustache.hpp>

#include "train/evaluation/formatting.h"

namespace numeral {
namespace {

/// `text` as XML.
std::string escaped(const std::string& text) { return kainjow::mustache::html_escape(text); }

/// The rectangle in which a chart's data are drawn, in SVG units.
struct Frame {
  double left = 0, top = 0, right = 0, bottom = 0;
};

/// Text at a point; `extra` holds more attributes.
std::string text_at(double x, double y, const char* anchor, const std::string& text,
                    const std::string& extra = "") {
  return fmt::format(R"(<text x="{:.1f}" y="{:.1f}" text-anchor="{}"{}>{}</text>)", x, y, anchor,
                     extra, escaped(text));
}

std::string line(const char* style, double x1, double y1, double x2, double y2) {
  return fmt::format(R"(<line class="{}" x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}"/>)", style,
                     x1, y1, x2, y2);
}

std::string rectangle(const char* style, double x, double y, double width, double height) {
  return fmt::format(R"(<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>)",
                     style, x, y, width, height);
}

std::string axis_title(const Frame& frame, const std::string& title) {
  const double middle = (frame.top + frame.bottom) / 2;
  return text_at(13, middle, "middle", title,
                 fmt::format(R"svg( class="name" transform="rotate(-90 13 {:.1f})")svg", middle));
}

std::string number(double value) {
  return value >= 1000 ? grouped(std::llround(value)) : fmt::format("{:g}", value);
}

/// `value` rounded down, or `up`, to 1, 2 or 5 times a power of ten.
double round_step(double value, bool up) {
  constexpr double kTolerance = 1e-9;  // for rounding, as in 0.1 + 0.2
  const double decade = std::pow(10, std::floor(std::log10(value) + kTolerance));
  double below = decade;
  for (const double step : {1.0, 2.0, 5.0, 10.0}) {
    if (up && decade * step >= value * (1 - kTolerance)) return decade * step;
    if (decade * step <= value * (1 + kTolerance)) below = decade * step;
  }
  return below;
}

/// The vertical axis: maps values to y coordinates.
class Axis {
 public:
  Axis(const LineChart& chart, const Frame& frame)
      : logarithmic_(chart.logarithmic), frame_(frame) {
    double low = HUGE_VAL, high = 0;
    for (const ChartSeries& series : chart.series)
      for (const double value : series.values) {
        if (value > 0) low = std::min(low, value);
        high = std::max(high, value);
      }
    if (high <= 0) low = high = 1;
    ticks_ = logarithmic_ ? logarithmic_ticks(low, high) : linear_ticks(high);
  }

  const std::vector<double>& ticks() const { return ticks_; }

  double y(double value) const {
    const double low = ticks_.front(), high = ticks_.back();
    value = std::clamp(value, low, high);
    const double share =
        logarithmic_ ? std::log(value / low) / std::log(high / low) : (value - low) / (high - low);
    return frame_.bottom - share * (frame_.bottom - frame_.top);
  }

 private:
  bool logarithmic_;
  Frame frame_;
  std::vector<double> ticks_;
};

/// The epochs to label: the first, the last, and round numbers between.
std::vector<int> labelled_epochs(int epochs) {
  const int step = std::max(1, static_cast<int>(linear_ticks(epochs)[1]));
  std::vector<int> labelled{1};
  for (int epoch = step; epoch < epochs; epoch += step)
    if (epoch > 1 && epochs - epoch >= (step + 1) / 2) labelled.push_back(epoch);
  if (epochs > 1) labelled.push_back(epochs);
  return labelled;
}

std::string legend(const LineChart& chart, const Frame& frame) {
  std::string svg;
  double x = frame.left;
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    svg += line(i == 0 ? "series-0" : "series-1", x, 12, x + 26, 12);
    svg += text_at(x + 32, 16.5, "start", chart.series[i].name);
    x += 50 + 7.5 * double(chart.series[i].name.size());
  }
  return svg;
}

}  // namespace

std::vector<double> logarithmic_ticks(double low, double high) {
  const double first = round_step(low, false);
  double last = round_step(high, true);
  if (last <= first) last = round_step(first * 1.5, true);
  std::vector<double> ticks{first};
  while (ticks.back() < last * 0.999) ticks.push_back(round_step(ticks.back() * 1.5, true));
  return ticks;
}

std::vector<double> linear_ticks(double high) {
  const double step = round_step(high / 6, true);
  std::vector<double> ticks{0};
  while (ticks.back() < high * (1 - 1e-9)) ticks.push_back(step * double(ticks.size()));
  return ticks;
}

std::string line_chart(const LineChart& chart) {
  constexpr double kWidth = 440, kHeight = 270;
  const Frame frame{62, chart.series.size() > 1 ? 28.0 : 12.0, kWidth - 14, kHeight - 42};
  const Axis axis(chart, frame);
  const auto epochs = static_cast<int>(chart.series.front().values.size());
  const auto x = [&](int epoch) {
    const double share = epochs == 1 ? 0.5 : double(epoch - 1) / (epochs - 1);
    return frame.left + share * (frame.right - frame.left);
  };

  std::string svg = fmt::format(R"(<svg class="chart" viewBox="0 0 {} {}" role="img" )"
                                R"(aria-label="{}">)",
                                kWidth, kHeight, escaped(chart.title));
  // Where there are many ticks, only powers of ten are labelled.
  const bool label_all = axis.ticks().size() <= 9;
  for (const double tick : axis.ticks()) {
    svg += line("grid", frame.left, axis.y(tick), frame.right, axis.y(tick));
    if (label_all || std::abs(std::log10(tick) - std::round(std::log10(tick))) < 1e-6)
      svg += text_at(frame.left - 7, axis.y(tick) + 4, "end", number(tick));
  }
  svg += line("axis", frame.left, frame.bottom, frame.right, frame.bottom);
  for (const int epoch : labelled_epochs(epochs))
    svg += text_at(x(epoch), frame.bottom + 17, "middle", std::to_string(epoch));
  svg +=
      text_at((frame.left + frame.right) / 2, kHeight - 6, "middle", "epoch", R"( class="name")");
  svg += axis_title(frame, chart.axis);

  if (chart.marked > 0) {
    const double at = x(chart.marked);
    const bool is_right_half = at > (frame.left + frame.right) / 2;
    svg += line("mark", at, frame.top, at, frame.bottom);
    svg += text_at(at + (is_right_half ? -5 : 5), frame.top + 13, is_right_half ? "end" : "start",
                   "best: " + std::to_string(chart.marked), R"( class="best")");
  }
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    const ChartSeries& series = chart.series[i];
    const double radius = epochs == 1 ? 5 : epochs <= 40 ? 2.5 : 1.2;
    std::string points, dots;
    for (int epoch = 1; epoch <= epochs; ++epoch) {
      const double value = series.values[epoch - 1];
      points += fmt::format("{}{:.1f},{:.1f}", epoch > 1 ? " " : "", x(epoch), axis.y(value));
      dots += fmt::format(
          R"(<circle cx="{:.1f}" cy="{:.1f}" r="{}"><title>{}, epoch {}: {:.4g}</title></circle>)",
          x(epoch), axis.y(value), radius, escaped(series.name), epoch, value);
    }
    svg += fmt::format(R"(<g class="series-{}"><polyline points="{}"/>{}</g>)", i, points, dots);
  }
  if (chart.series.size() > 1) svg += legend(chart, frame);
  return svg + "</svg>";
}

std::string reliability_diagram(const std::vector<CalibrationBin>& bins) {
  constexpr double kWidth = 440, kHeight = 430;
  const Frame frame{62, 12, kWidth - 24, 290};    // accuracy
  const Frame counts{62, 318, kWidth - 24, 385};  // number of answers
  const double width = (frame.right - frame.left) / double(bins.size());
  const auto y = [&](double share) { return frame.bottom - share * (frame.bottom - frame.top); };
  int max_count = 1;
  for (const CalibrationBin& bin : bins) max_count = std::max(max_count, bin.count);

  std::string svg = fmt::format(
      R"(<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="Accuracy by confidence; )"
      R"(the figures are in the table">)",
      kWidth, kHeight);
  for (int tick = 0; tick <= 5; ++tick) {
    const double share = tick / 5.0;
    const double x = frame.left + share * (frame.right - frame.left);
    svg += line("grid", frame.left, y(share), frame.right, y(share));
    svg += text_at(frame.left - 7, y(share) + 4, "end", fmt::format("{} %", 20 * tick));
    svg += text_at(x, counts.bottom + 17, "middle", fmt::format("{} %", 20 * tick));
  }
  svg += line("axis", frame.left, frame.bottom, frame.right, frame.bottom);
  svg += line("axis", counts.left, counts.bottom, counts.right, counts.bottom);
  for (std::size_t i = 0; i < bins.size(); ++i) {
    const CalibrationBin& bin = bins[i];
    if (bin.count == 0) continue;
    const double left = frame.left + double(i) * width;
    svg +=
        rectangle("bar", left + 1, y(bin.accuracy()), width - 2, frame.bottom - y(bin.accuracy()));
    const double height =
        (counts.bottom - counts.top) * std::log1p(bin.count) / std::log1p(max_count);
    svg += rectangle("count", left + 1, counts.bottom - height, width - 2, height);
    svg += text_at(left + width / 2, counts.bottom - height - 4, "middle", grouped(bin.count),
                   R"( class="small")");
  }
  svg += line("diagonal", frame.left, frame.bottom, frame.right, frame.top);
  svg += text_at((frame.left + frame.right) / 2, kHeight - 6, "middle", "confidence",
                 R"( class="name")");
  svg += axis_title(frame, "accuracy");
  svg += axis_title(counts, "answers");
  return svg + "</svg>";
}

}  // namespace numeral
