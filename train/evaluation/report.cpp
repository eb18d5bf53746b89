#include "train/evaluation/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <kainjow/mustache.hpp>
#include <map>

#include "train/evaluation/chart.h"
#include "train/evaluation/formatting.h"
#include "train/evaluation/report_template.h"

// Each function below gives what report.html.mustache names in one of its sections.

namespace numeral {
namespace {

using kainjow::mustache::data;
using kainjow::mustache::list;
using kainjow::mustache::object;

/// One entry for each item.
template <class Items, class Describe>
list each(const Items& items, Describe describe) {
  list entries;
  for (const auto& item : items) entries.push_back(describe(item));
  return entries;
}

std::string k_of_n(const Portion& portion) {
  return grouped(portion.count) + " of " + grouped(portion.total);
}

/// "2026-11-23T07:34:28Z" as "2026-11-23 07:34:28 UTC".
std::string readable(std::string date) {
  if (date.size() != 20 || date[10] != 'T' || date[19] != 'Z') return date;
  date[10] = ' ';
  date.pop_back();
  return date + " UTC";
}

double mean_speed(const std::vector<EpochResult>& epochs) {
  double sum = 0;
  for (const EpochResult& epoch : epochs) sum += epoch.images_per_second;
  return sum / double(epochs.size());
}

ChartSeries series_of(const std::string& name, const std::vector<EpochResult>& epochs,
                      double EpochResult::* value) {
  ChartSeries series{name, {}};
  for (const EpochResult& epoch : epochs) series.values.push_back(epoch.*value);
  return series;
}

/// The error rate (1 - accuracy) in per cent.
ChartSeries error_of(const std::string& name, const std::vector<EpochResult>& epochs,
                     double EpochResult::* accuracy) {
  ChartSeries series = series_of(name, epochs, accuracy);
  for (double& value : series.values) value = 100 * (1 - value);
  return series;
}

void add_charts(object& page, const std::vector<EpochResult>& epochs, int best) {
  page["error_chart"] =
      line_chart({"Error rate by epoch",
                  "error rate, % (log)",
                  {error_of("validation", epochs, &EpochResult::validation_accuracy),
                   error_of("training", epochs, &EpochResult::train_accuracy)},
                  true,
                  best});
  page["loss_chart"] = line_chart({"Loss by epoch",
                                   "cross-entropy (log)",
                                   {series_of("validation", epochs, &EpochResult::validation_loss),
                                    series_of("training", epochs, &EpochResult::train_loss)},
                                   true,
                                   best});
  page["learning_rate_chart"] =
      line_chart({"Learning rate by epoch",
                  "at the epoch's end",
                  {series_of("learning rate", epochs, &EpochResult::learning_rate)},
                  false,
                  best});
  page["speed_chart"] =
      line_chart({"Images per second by epoch",
                  "images/s",
                  {series_of("images/s", epochs, &EpochResult::images_per_second)},
                  false,
                  0});
}

object epoch_row(const EpochResult& epoch, int best) {
  return {{"is_best", epoch.epoch == best},
          {"epoch", std::to_string(epoch.epoch)},
          {"learning_rate", fmt::format("{:.3g}", epoch.learning_rate)},
          {"train_loss", fmt::format("{:.4f}", epoch.train_loss)},
          {"validation_loss", fmt::format("{:.4f}", epoch.validation_loss)},
          {"train_accuracy", percent(epoch.train_accuracy)},
          {"validation_accuracy", percent(epoch.validation_accuracy)},
          {"images_per_second", grouped(std::llround(epoch.images_per_second))}};
}

/// The largest counts on the diagonal and off it: these cells are shaded most.
struct Peaks {
  int right = 1;
  int wrong = 1;
};

Peaks peaks_of(const std::vector<std::vector<int>>& confusion) {
  Peaks peaks;
  for (std::size_t label = 0; label < confusion.size(); ++label)
    for (std::size_t answer = 0; answer < confusion[label].size(); ++answer) {
      int& peak = label == answer ? peaks.right : peaks.wrong;
      peak = std::max(peak, confusion[label][answer]);
    }
  return peaks;
}

object confusion_cell(int count, bool is_right, const Peaks& peaks) {
  if (count == 0) return {{"kind", "none"}, {"shade", false}, {"count", "0"}};
  const double shade =
      is_right ? 0.25 * count / peaks.right : 0.15 + 0.45 * std::sqrt(double(count) / peaks.wrong);
  return {{"kind", is_right ? "same" : "other"},
          {"shade", fmt::format("{:.2f}", shade)},
          {"count", std::to_string(count)}};
}

list confusion_rows(const RunResults& results) {
  const Peaks peaks = peaks_of(results.confusion);
  list rows;
  for (std::size_t label = 0; label < results.labels.size(); ++label) {
    list cells;
    Portion right;
    for (std::size_t answer = 0; answer < results.labels.size(); ++answer) {
      const int count = results.confusion[label][answer];
      cells.emplace_back(confusion_cell(count, label == answer, peaks));
      right.total += count;
      if (label == answer) right.count = count;
    }
    rows.emplace_back(object{{"label", results.labels[label]},
                             {"cells", cells},
                             {"recall", fmt::format("{:.1f}", 100 * right.value())}});
  }
  return rows;
}

object misclassified_item(const Misclassified& item, const std::vector<std::string>& labels) {
  return {{"picture", png_data_url(item.picture)},
          {"index", std::to_string(item.index)},
          {"label", labels[item.label]},
          {"answer", item.answer ? labels[*item.answer] : "blank"},
          {"confidence", percent(item.confidence, 1)}};
}

object calibration_row(const CalibrationBin& bin) {
  const bool has_answers = bin.count > 0;
  return {{"low", fmt::format("{:.0f}", 100 * bin.low)},
          {"high", percent(bin.high, 0)},
          {"confidence", has_answers ? percent(bin.confidence, 1) : ""},
          {"accuracy", has_answers ? percent(bin.accuracy(), 1) : ""},
          {"count", grouped(bin.count)}};
}

/// The length of a bar in per cent of the longest.
std::string bar(double share) { return fmt::format("{:.1f}", 100 * std::clamp(share, 0.0, 1.0)); }

list test_set_rows(const std::vector<TestSummary>& tests) {
  return each(tests, [](const TestSummary& test) -> object {
    return {
        {"name", test.name},
        {"accuracy", percent(test.correct.value())},
        {"misclassified", k_of_n({test.correct.total - test.correct.count, test.correct.total})},
        {"accepted", percent(test.accepted.value(), 1)},
        {"accepted_wrong", percent(test.accepted_wrong.value())},
        {"calibration_error", percent(test.calibration_error)}};
  });
}

/// How a form is drawn in the report: its pen in hundredths of the height, its side in pixels.
constexpr float kFormPen = 7;
constexpr int kFormSide = 56;

data forms_section(const std::vector<FormResult>& forms) {
  if (forms.empty()) return false;
  std::map<int, float> total_share;
  for (const FormResult& result : forms) total_share[result.form->digit] += result.form->share;
  return object{{"sample", std::to_string(forms.front().total)},
                {"forms", each(forms, [&](const FormResult& result) -> object {
                   const DigitForm& form = *result.form;
                   return {{"picture", png_data_url(draw_digit_form(form, kFormPen, kFormSide))},
                           {"digit", std::to_string(form.digit)},
                           {"name", form.name},
                           {"where", form.where},
                           {"share", percent(form.share / total_share[form.digit], 0)},
                           {"accuracy", percent(result.accuracy(), 0)}};
                 })}};
}

data drawings_section(const std::vector<DrawingResult>& drawings) {
  if (drawings.empty()) return false;
  double worst = 0.01;
  for (const DrawingResult& drawing : drawings) worst = std::max(worst, 1 - drawing.accuracy());
  return object{{"rows", each(drawings, [&](const DrawingResult& drawing) -> object {
                   const Portion wrong{drawing.total - drawing.correct, drawing.total};
                   return {{"name", drawing.group + " " + drawing.what},
                           {"share", percent(drawing.accuracy(), 1)},
                           {"count", k_of_n(wrong)},
                           {"bar", bar((1 - drawing.accuracy()) / worst)}};
                 })}};
}

data rejection_section(const RunResults& results) {
  if (results.rejection_rates.empty()) return false;
  return object{{"threshold", fmt::format("{:.3f}", results.accept_threshold)},
                {"rows", each(results.rejection_rates, [](const RejectionRate& rate) -> object {
                   return {{"name", rate.what},
                           {"share", percent(rate.rejected.value())},
                           {"count", k_of_n(rate.rejected)},
                           {"bar", bar(rate.rejected.value())}};
                 })}};
}

data scaling_note(const std::optional<TemperatureScaling>& scaling) {
  if (!scaling) return false;
  return object{{"temperature", fmt::format("{:.3g}", scaling->temperature)},
                {"error_before", percent(scaling->error_before)}};
}

std::string value_text(const nlohmann::json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  if (value.is_number_integer()) return grouped(value.get<std::int64_t>());
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

list setting_rows(const nlohmann::json& settings) {
  list rows;
  for (const auto& [key, value] : settings.items()) {
    std::string name = key;
    std::ranges::replace(name, '_', ' ');
    rows.emplace_back(object{{"name", name}, {"value", value_text(value)}});
  }
  return rows;
}

}  // namespace

std::string report_html(const RunResults& results) {
  const auto epochs = static_cast<std::int64_t>(results.epochs.size());
  const auto wrong = static_cast<int>(results.misclassified.size());
  const auto shown = std::min(results.misclassified.size(), kMaxMisclassifiedShown);
  const bool has_long_labels =
      std::ranges::any_of(results.labels, [](const auto& label) { return label.size() > 3; });
  object page{
      {"model", results.model},
      {"parameters", grouped(results.parameters)},
      {"class_count", std::to_string(results.labels.size())},
      {"epoch_count", grouped(epochs) + (epochs == 1 ? " epoch" : " epochs")},
      {"training_pictures", grouped(results.training_pictures)},
      {"data", results.data},
      {"date", results.date},
      {"readable_date", readable(results.date)},
      {"selection", results.selection.empty() ? data(false) : data(results.selection)},
      {"best_epoch", std::to_string(results.best_epoch)},
      {"test_accuracy", percent(results.test.value())},
      {"test_correct", k_of_n(results.test)},
      {"validation_accuracy", percent(results.validation.value())},
      {"validation_correct", k_of_n(results.validation)},
      {"calibration_error", percent(expected_calibration_error(results.calibration))},
      {"scaling", scaling_note(results.temperature_scaling)},
      {"mean_speed", grouped(std::llround(mean_speed(results.epochs)))},
      {"epochs",
       each(results.epochs,
            [&](const EpochResult& epoch) { return epoch_row(epoch, results.best_epoch); })},
      {"label_length", has_long_labels ? "long" : "short"},
      {"labels", each(results.labels, [](const std::string& label) { return label; })},
      {"confusion", confusion_rows(results)},
      {"misclassified_count", k_of_n({wrong, results.test.total})},
      {"shown_at_most",
       shown < results.misclassified.size() ? data(std::to_string(shown)) : data(false)},
      {"misclassified",
       each(std::span(results.misclassified).first(shown),
            [&](const Misclassified& item) { return misclassified_item(item, results.labels); })},
      {"reliability_diagram", reliability_diagram(results.calibration)},
      {"calibration_bins", each(results.calibration, calibration_row)},
      {"threshold", fmt::format("{:.3f}", results.accept_threshold)},
      {"test_sets", test_set_rows(results.test_sets)},
      {"forms", forms_section(results.forms)},
      {"drawings", drawings_section(results.drawings)},
      {"rejection", rejection_section(results)},
      {"settings", setting_rows(results.settings)}};
  add_charts(page, results.epochs, results.best_epoch);
  return kainjow::mustache::mustache(kReportTemplate).render(page);
}

}  // namespace numeral
