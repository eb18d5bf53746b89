#include "train/evaluation/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "train/evaluation/chart.h"
#include "train/evaluation/html.h"
#include "train/evaluation/report_style.h"

namespace numeral {
namespace {

std::string k_of_n(int count, int total) { return grouped(count) + " of " + grouped(total); }

std::string k_of_n(const Portion& share) { return k_of_n(share.count, share.total); }

/// A part of the page, with an entry in the list of contents.
struct Section {
  std::string id;
  std::string title;
  std::string body;
};

std::string key_figure(const std::string& name, const std::string& value,
                       const std::string& detail) {
  return fmt::format("<div><dt>{}</dt><dd>{}<small>{}</small></dd></div>\n", name, value,
                     escaped(detail));
}

std::string calibration_detail(const RunResults& figures) {
  if (!figures.temperature_scaling) return "on the test set";
  return fmt::format("on the test set; {} before temperature {:.3g}",
                     percent(figures.temperature_scaling->error_before), figures.temperature_scaling->temperature);
}

/// "2026-11-23T07:34:28Z" as "2026-11-23 07:34:28 UTC".
std::string readable(std::string date) {
  if (date.size() != 20 || date[10] != 'T' || date[19] != 'Z') return date;
  date[10] = ' ';
  date.pop_back();
  return date + " UTC";
}

std::string header(const RunResults& figures) {
  double speed = 0;
  for (const EpochResult& epoch : figures.epochs)
    speed += epoch.images_per_second / double(figures.epochs.size());
  std::string html = fmt::format(
      "<h1>Training report: {}</h1>\n"
      "<p>A network with {} trained parameters and {} classes, trained for {} {} on {} pictures of "
      "{}. Finished on <time datetime=\"{}\">{}</time>.</p>\n",
      escaped(figures.model), grouped(figures.parameters), figures.labels.size(),
      figures.epochs.size(), figures.epochs.size() == 1 ? "epoch" : "epochs",
      grouped(figures.training_pictures), escaped(figures.data), escaped(figures.date),
      escaped(readable(figures.date)));
  if (!figures.selection.empty())
    html += fmt::format(
        "<p>Chosen on validation pictures that trained nothing: {}. Here that is epoch {}. The "
        "test "
        "set had no part in it.</p>\n",
        escaped(figures.selection), figures.best_epoch);
  html += "<dl class=\"key\">\n";
  html +=
      key_figure("Accuracy on the test set", percent(figures.test.value()), k_of_n(figures.test));
  html += key_figure("Accuracy on the validation set", percent(figures.validation.value()),
                     k_of_n(figures.validation));
  html += key_figure("Expected calibration error",
                     percent(expected_calibration_error(figures.calibration)),
                     calibration_detail(figures));
  html += key_figure("Training speed", grouped(std::llround(speed)) + " images/s",
                     "mean over the epochs");
  return html + "</dl>\n";
}

/// A series of one of the epochs' values.
ChartSeries series_of(const std::string& name, const std::vector<EpochResult>& epochs,
                      double EpochResult::* value) {
  ChartSeries series{name, {}};
  for (const EpochResult& epoch : epochs) series.values.push_back(epoch.*value);
  return series;
}

/// 1 - accuracy, in per cent.
ChartSeries error_of(const std::string& name, const std::vector<EpochResult>& epochs,
                     double EpochResult::* accuracy) {
  ChartSeries series = series_of(name, epochs, accuracy);
  for (double& value : series.values) value = 100 * (1 - value);
  return series;
}

std::string figure(const std::string& title, const std::string& content) {
  return "<figure>\n<figcaption><h3>" + title + "</h3></figcaption>\n" + content + "\n</figure>\n";
}

std::string epoch_table(const RunResults& figures) {
  std::string html =
      "<details>\n<summary>All figures, epoch by epoch</summary>\n<div class=\"wide\" "
      "tabindex=\"0\">\n<table>\n<thead><tr><th scope=\"col\">epoch</th><th scope=\"col\">learning "
      "rate</th><th scope=\"col\">training loss</th><th scope=\"col\">validation loss</th><th "
      "scope=\"col\">training accuracy</th><th scope=\"col\">validation accuracy</th><th "
      "scope=\"col\">images/s</th></tr></thead>\n<tbody>\n";
  for (const EpochResult& epoch : figures.epochs)
    html += fmt::format(
        "<tr><th scope=\"row\">{}{}</th><td>{:.3g}</td><td>{:.4f}</td><td>{:.4f}</td><td>{}</td>"
        "<td>{}</td><td>{}</td></tr>\n",
        epoch.epoch == figures.best_epoch ? "best: " : "", epoch.epoch, epoch.learning_rate,
        epoch.train_loss, epoch.validation_loss, percent(epoch.train_accuracy),
        percent(epoch.validation_accuracy), grouped(std::llround(epoch.images_per_second)));
  return html + "</tbody>\n</table>\n</div>\n</details>\n";
}

Section training_section(const RunResults& figures) {
  const std::vector<EpochResult>& epochs = figures.epochs;
  const int best = figures.best_epoch;
  std::string html =
      "<p>The training figures are those of varied pictures, seen while the network still learned, "
      "and of the loss that it was trained with; the validation figures are those of pictures as "
      "they are, after the epoch. So the former are usually the worse.</p>\n"
      "<div class=\"charts\">\n";
  html += figure("Pictures read wrong",
                 line_chart({"Share of pictures read wrong by epoch",
                             "read wrong, % (log)",
                             {error_of("validation", epochs, &EpochResult::validation_accuracy),
                              error_of("training", epochs, &EpochResult::train_accuracy)},
                             true,
                             best}));
  html +=
      figure("Loss", line_chart({"Loss by epoch",
                                 "cross-entropy (log)",
                                 {series_of("validation", epochs, &EpochResult::validation_loss),
                                  series_of("training", epochs, &EpochResult::train_loss)},
                                 true,
                                 best}));
  html += figure("Learning rate",
                 line_chart({"Learning rate by epoch",
                             "at the epoch's end",
                             {series_of("learning rate", epochs, &EpochResult::learning_rate)},
                             false,
                             best}));
  html +=
      figure("Speed", line_chart({"Images per second by epoch",
                                  "images/s",
                                  {series_of("images/s", epochs, &EpochResult::images_per_second)},
                                  false,
                                  0}));
  return {"training", "Training", html + "</div>\n" + epoch_table(figures)};
}

/// How strongly a cell of the confusion matrix is shaded.
struct Shades {
  int most_right = 1;
  int most_wrong = 1;

  explicit Shades(const std::vector<std::vector<int>>& confusion) {
    for (std::size_t label = 0; label < confusion.size(); ++label)
      for (std::size_t answer = 0; answer < confusion[label].size(); ++answer) {
        int& most = label == answer ? most_right : most_wrong;
        most = std::max(most, confusion[label][answer]);
      }
  }

  double of(int count, bool right) const {
    return right ? 0.25 * count / most_right : 0.15 + 0.45 * std::sqrt(double(count) / most_wrong);
  }
};

std::string confusion_cell(int count, bool right, const Shades& shades) {
  if (count == 0) return "<td class=\"none\">0</td>";
  return fmt::format(R"(<td class="{}" style="--shade:{:.2f}">{}</td>)", right ? "same" : "other",
                     shades.of(count, right), count);
}

Section confusion_section(const RunResults& figures) {
  const std::vector<std::string>& labels = figures.labels;
  const bool apply_orientation = std::ranges::any_of(labels, [](const auto& l) { return l.size() > 3; });
  const Shades shades(figures.confusion);
  std::string html =
      "<p>A row for what the test pictures show, a column for what they were read as. Read right "
      "is "
      "blue, read wrong is red; the more, the stronger.</p>\n<div class=\"wide\" tabindex=\"0\">\n"
      "<table class=\"confusion";
  html += apply_orientation ? "\">" : " numbers\">";
  html += "\n<thead><tr><td></td>";
  for (const std::string& label : labels)
    html += fmt::format("<th scope=\"col\"><span{}>{}</span></th>",
                        apply_orientation ? " class=\"upright\"" : "", escaped(label));
  html += "<th scope=\"col\">right,&#160;%</th></tr></thead>\n<tbody>\n";
  for (std::size_t label = 0; label < labels.size(); ++label) {
    html += fmt::format("<tr><th scope=\"row\">{}</th>", escaped(labels[label]));
    Portion right;
    for (std::size_t answer = 0; answer < labels.size(); ++answer) {
      const int count = figures.confusion[label][answer];
      html += confusion_cell(count, label == answer, shades);
      right.total += count;
      if (label == answer) right.count = count;
    }
    html += fmt::format("<td>{:.1f}</td></tr>\n", 100 * right.value());
  }
  return {"confusion", "What was taken for what", html + "</tbody>\n</table>\n</div>\n"};
}

std::string misread_item(const Misclassified& misclassified, const std::vector<std::string>& labels) {
  const std::string label = escaped(labels[misclassified.label]);
  const std::string answer = misclassified.answer ? escaped(labels[*misclassified.answer]) : "blank";
  return fmt::format(
      "<li><figure><img src=\"{}\" width=\"28\" height=\"28\" alt=\"test picture {}\"/>"
      "<figcaption><b>{}</b> read as <b>{}</b> <small>{} sure</small> <small>no. {}</small>"
      "</figcaption></figure></li>\n",
      picture_address(misclassified.picture), misclassified.index, label, answer,
      percent(misclassified.confidence, 1), misclassified.index);
}

Section misread_section(const RunResults& figures) {
  const std::size_t all = figures.misclassified.size();
  const std::size_t shown = std::min(all, kMaxMisclassifiedShown);
  std::string html = "<p>";
  if (all == 0)
    html += "None of the test pictures was read wrong.";
  else if (shown < all)
    html += fmt::format(
        "{} test pictures were read wrong; these are the {} of them that the network "
        "was most sure of.",
        grouped(static_cast<std::int64_t>(all)), shown);
  else
    html += fmt::format("{}, as the network saw {}, the surest first.",
                        all == 1 ? "The one test picture that was read wrong"
                                 : fmt::format("All {} test pictures that were read wrong", all),
                        all == 1 ? "it" : "them");
  html += " The number is the picture's place in the test set, counted from 0.</p>\n";
  if (all == 0) return {"misread", "Read wrong", html};
  html += "<ul class=\"misread\">\n";
  for (std::size_t i = 0; i < shown; ++i) html += misread_item(figures.misclassified[i], figures.labels);
  return {"misread", "Read wrong", html + "</ul>\n"};
}

std::string calibration_table(const std::vector<CalibrationBin>& bins) {
  std::string html =
      "<table class=\"plain\">\n<caption>By confidence, on the test set</caption>\n<thead><tr><th "
      "scope=\"col\">confidence</th><th scope=\"col\">its mean</th><th scope=\"col\">accuracy</th>"
      "<th scope=\"col\">answers</th></tr></thead>\n<tbody>\n";
  for (const CalibrationBin& bin : bins) {
    html +=
        fmt::format("<tr><th scope=\"row\">{:.0f} to {}</th>", 100 * bin.low, percent(bin.high, 0));
    html += bin.count == 0 ? std::string("<td></td><td></td><td>0</td></tr>\n")
                           : fmt::format("<td>{}</td><td>{}</td><td>{}</td></tr>\n",
                                         percent(bin.confidence, 1), percent(bin.accuracy(), 1),
                                         grouped(bin.count));
  }
  return html + "</tbody>\n</table>\n";
}

Section calibration_section(const RunResults& figures) {
  std::string html = fmt::format(
      "<p>Of the answers given with a confidence of 90&#160;%, 90&#160;% ought to be right: the "
      "bars "
      "ought to end on the dashed line. How far they are from it, averaged over the answers, is "
      "the "
      "expected calibration error: <b>{}</b>.",
      percent(expected_calibration_error(figures.calibration)));
  if (figures.temperature_scaling)
    html += fmt::format(" It was {} before the logits were divided by a temperature of {:.3g}.",
                        percent(figures.temperature_scaling->error_before), figures.temperature_scaling->temperature);
  html +=
      " Bars of few answers, counted below, say little. (Guo, Pleiss, Sun, Weinberger, <cite>On "
      "calibration of modern neural networks</cite>, 2017)</p>\n<div class=\"beside\">\n<figure>\n";
  html += reliability_diagram(figures.calibration) + "\n</figure>\n<div>\n";
  html += calibration_table(figures.calibration) + "</div>\n</div>\n";
  return {"calibration", "How far its confidence can be trusted", html};
}

/// A bar beside a figure that says the same; `share` of the bar's full length.
std::string meter(double share, const char* style = "") {
  return fmt::format(
      R"(<span class="meter{}" aria-hidden="true"><i style="width:{:.1f}%"></i></span>)", style,
      100 * std::clamp(share, 0.0, 1.0));
}

Section drawings_section(const RunResults& figures) {
  double worst = 0.01;
  for (const DrawingResult& drawing : figures.drawings)
    worst = std::max(worst, 1 - drawing.accuracy());
  std::string html =
      "<p>Test digits drawn again by the program along the middle of their strokes, with a round "
      "brush on a canvas of 280 by 280 pixels, and read the whole way. Where the digit is smaller "
      "or "
      "squashed, the brush is 14 pixels wide and the digit stands anywhere.</p>\n<div "
      "class=\"wide\" "
      "tabindex=\"0\">\n<table class=\"words\">\n<thead><tr><th scope=\"col\">drawing</th><th "
      "scope=\"col\">accuracy</th><th scope=\"col\">read wrong</th><td class=\"bar\"></td></tr>"
      "</thead>\n<tbody>\n";
  for (const DrawingResult& drawing : figures.drawings) {
    const int wrong = drawing.total - drawing.correct;
    html += fmt::format(
        "<tr><th scope=\"row\">{} {}</th><td>{}</td><td>{}</td><td class=\"bar\">{}</td></tr>\n",
        escaped(drawing.group), escaped(drawing.what), percent(drawing.accuracy(), 1),
        k_of_n(wrong, drawing.total), meter((1 - drawing.accuracy()) / worst, " bad"));
  }
  return {"drawings", "Accuracy by kind of drawing", html + "</tbody>\n</table>\n</div>\n"};
}

Section turned_away_section(const RunResults& figures) {
  std::string html = fmt::format(
      "<p>The model stands by an answer whose confidence is at least {:.3f}. Of these pictures it "
      "turned away so many, saying that it would not stand by its answer.</p>\n<div class=\"wide\" "
      "tabindex=\"0\">\n<table class=\"words\">\n<thead><tr><th scope=\"col\">pictures</th><th "
      "scope=\"col\">turned away</th><th scope=\"col\">how many</th><td class=\"bar\"></td></tr>"
      "</thead>\n<tbody>\n",
      figures.accept_threshold);
  for (const RejectionRate& set : figures.rejection_rates)
    html += fmt::format(
        "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td class=\"bar\">{}</td></tr>\n",
        escaped(set.what), percent(set.share.value()), k_of_n(set.share), meter(set.share.value()));
  return {"turned-away", "What is turned away", html + "</tbody>\n</table>\n</div>\n"};
}

Section experiments_section(const RunResults& figures) {
  std::string html =
      "<p>Mean and standard deviation over runs that differ in their seed alone, on the validation "
      "set.</p>\n<div class=\"wide\" tabindex=\"0\">\n<table class=\"words\">\n<thead><tr><th "
      "scope=\"col\">settings</th><th scope=\"col\">seeds</th><th scope=\"col\">accuracy</th><th "
      "scope=\"col\">loss</th></tr></thead>\n<tbody>\n";
  for (const Experiment& experiment : figures.experiments) {
    const Spread accuracy = spread_of_accuracy(experiment), loss = spread_of_loss(experiment);
    html += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td>", escaped(experiment.what),
                        experiment.seeds.size());
    html +=
        experiment.seeds.size() == 1
            ? fmt::format("<td>{:.3f}\u00a0%</td><td>{:.4f}</td></tr>\n", 100 * accuracy.mean,
                          loss.mean)
            : fmt::format("<td>{:.3f} ± {:.3f}\u00a0%</td><td>{:.4f} ± {:.4f}</td></tr>\n",
                          100 * accuracy.mean, 100 * accuracy.deviation, loss.mean, loss.deviation);
  }
  return {"experiments", "What each part of training brought",
          html + "</tbody>\n</table>\n</div>\n"};
}

std::string words_of(const std::string& key) {
  std::string words = key;
  std::ranges::replace(words, '_', ' ');
  return words;
}

std::string value_text(const nlohmann::json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  if (value.is_number_integer()) return grouped(value.get<std::int64_t>());
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Section settings_section(const RunResults& figures) {
  std::string html = "<table class=\"settings\">\n<tbody>\n";
  for (const auto& [key, value] : figures.settings.items())
    html += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n", escaped(words_of(key)),
                        escaped(value_text(value)));
  return {"settings", "Settings", html + "</tbody>\n</table>\n"};
}

std::vector<Section> sections_of(const RunResults& figures) {
  std::vector<Section> sections{training_section(figures), confusion_section(figures),
                                misread_section(figures), calibration_section(figures)};
  if (!figures.drawings.empty()) sections.push_back(drawings_section(figures));
  if (!figures.rejection_rates.empty()) sections.push_back(turned_away_section(figures));
  if (!figures.experiments.empty()) sections.push_back(experiments_section(figures));
  sections.push_back(settings_section(figures));
  return sections;
}

}  // namespace

std::string report_html(const RunResults& figures) {
  const std::vector<Section> sections = sections_of(figures);
  std::string html = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
      "<title>Training report: {}</title>\n<style>{}</style>\n</head>\n<body>\n<header>\n",
      escaped(figures.model), kReportStyle);
  html += header(figures);
  html += "<nav aria-label=\"Contents\">\n<ul>\n";
  for (const Section& section : sections)
    html += fmt::format("<li><a href=\"#{}\">{}</a></li>\n", section.id, section.title);
  html += "</ul>\n</nav>\n</header>\n<main>\n";
  for (const Section& section : sections)
    html += fmt::format("<section id=\"{}\">\n<h2>{}</h2>\n{}</section>\n", section.id,
                        section.title, section.body);
  return html + "</main>\n</body>\n</html>\n";
}

}  // namespace numeral
