// numeral-recognize: reads the digits and numbers in image files, or measures accuracy on an IDX
// test set. The way from a file to an answer: native/image_file.h decodes it, photo/read_picture.h
// reads it, core/predicted_line.h prints it.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/number.h"
#include "core/predicted_line.h"
#include "native/evaluate.h"
#include "native/files.h"
#include "native/idx.h"
#include "native/image_file.h"
#include "native/model_files.h"
#include "native/printable.h"
#include "native/test_samples.h"

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
using numeral::Line;
using numeral::ModelCard;
using numeral::PlacedDigit;
using numeral::Reading;
using numeral::Recognition;
using numeral::Recognizer;
using numeral::Result;

struct Options {
  std::string model;
  bool json = false;
  numeral::ReadOptions read;
  std::string evaluate;  ///< folder of an IDX test set; empty: recognise `images`
  std::string samples;   ///< file for pictures of it, for the page; empty: none
  std::vector<std::string> images;
};

void print_error(const std::string& message) {
  std::fprintf(stderr, "numeral-recognize: %s\n", numeral::printable(message).c_str());
}

/// The published model: in the current folder, else in the checkout that this program was built in
/// (it is in build/native/bin).
std::string default_model() {
  const fs::path file = fs::path("model") / "digits.ort";
  std::error_code error;
  if (fs::exists(file, error)) return file.string();
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  return (program.parent_path() / ".." / ".." / ".." / file).lexically_normal().string();
}

/// Parses "4" or "2-5". Returns whether it is that.
bool parse_length(const std::string& text, numeral::Hints& hints) {
  const char* end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, hints.min_length);
  if (first.ec != std::errc{}) return false;
  hints.max_length = hints.min_length;
  if (first.ptr == end) return true;
  if (*first.ptr != '-') return false;
  const auto second = std::from_chars(first.ptr + 1, end, hints.max_length);
  return second.ec == std::errc{} && second.ptr == end;
}

/// Parses the command line. Returns the exit status where there is nothing more to do: after
/// --help, and after mistakes, which it prints.
std::optional<int> parse_options(int argc, char** argv, Options& options) {
  CLI::App app(
      "Reads handwritten digits and numbers, or whatever else a model knows, in PNG, JPEG, BMP and "
      "PGM files.",
      "numeral-recognize");
  app.add_option("--model", options.model, "model file, its card (.json) beside it")
      ->default_str("model/digits.ort");
  app.add_flag("--json", options.json, "print one JSON object a line instead of text");
  app.add_option("--alternatives", options.read.alternatives,
                 "also print the N best readings with their confidence")
      ->type_name("N");
  std::string length;
  app.add_option("--length", length, "each row has so many digits: 4, or 2-5")->type_name("N[-M]");
  app.add_option("--among", options.read.hints.among, "each row is one of these: 7,42")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("TEXTS");
  app.add_flag("--signs", options.read.signs,
               "read decimal points, commas and minuses; else a number with one is not accepted");
  app.add_flag("--numbers", options.read.numbers,
               "accept several numbers in a row, far apart; else such a row is not accepted");
  app.add_flag("--photo", "does nothing: photographs of paper are told by their looks");
  auto* evaluate = app.add_option(
      "--evaluate", options.evaluate,
      "measure accuracy on the IDX files t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte of DIR");
  evaluate->type_name("DIR");
  app.add_option("--samples", options.samples,
                 "also write pictures of it for the page to FILE: all that the model misreads, and "
                 "20 others of each class")
      ->needs(evaluate)
      ->type_name("FILE");
  app.add_option("IMAGE", options.images, "picture files, any size up to 100 megapixels")
      ->excludes(evaluate);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& error) {
    print_error(std::string(error.what()) + "; --help tells more");
    return error.get_exit_code();
  }
  if (options.images.empty() && options.evaluate.empty()) {
    print_error("expected picture files or --evaluate DIR; --help tells more");
    return 1;
  }
  if (!length.empty() && !parse_length(length, options.read.hints)) {
    print_error("--length: expected a number of digits or two, as 4 or 2-5, found " + length);
    return 1;
  }
  if (options.model.empty()) options.model = default_model();
  return std::nullopt;
}

void add_answer(Json& json, const Recognition& answer, const ModelCard& card) {
  json["digit"] = answer.digit;
  json["label"] = card.labels[answer.digit];
  json["confidence"] = answer.confidence;
  json["accepted"] = answer.accepted;
  json["probabilities"] = answer.probabilities;
}

Json as_json(const Line& line, const ModelCard& card) {
  Json json;
  json["text"] = line.text(card);
  json["numbers"] = line.numbers(card);
  json["confidence"] = line.confidence();
  json["accepted"] = line.accepted();
  for (const PlacedDigit& placed : line.digits) {
    Json& digit = json["digits"].emplace_back();
    add_answer(digit, placed.answer, card);
    const numeral::Box& box = placed.box;
    digit["box"] = {
        {"left", box.left}, {"top", box.top}, {"right", box.right}, {"bottom", box.bottom}};
  }
  return json;
}

std::string as_json(const std::string& file, const Reading& reading, const ModelCard& card,
                    std::size_t alternatives) {
  Json lines;
  for (const Line& line : reading.lines) lines.push_back(as_json(line, card));
  Json json;
  json["file"] = file;
  const std::vector<PlacedDigit>& first_line = reading.lines.front().digits;
  if (reading.lines.size() == 1 && first_line.size() == 1 && reading.lines.front().signs.empty()) {
    add_answer(json, first_line.front().answer, card);
    json["accepted"] = reading.accepted();
  } else {
    json["number"] = reading.text(card);
    json["confidence"] = reading.confidence();
    json["accepted"] = reading.accepted();
    for (const Json& line : lines)
      for (const Json& digit : line["digits"]) json["digits"].push_back(digit);
  }
  json["lines"] = std::move(lines);
  json["turned"] = reading.turned;
  for (const auto& [text, confidence] : reading.alternatives(alternatives))
    json["alternatives"].push_back({{"text", text}, {"confidence", confidence}});
  // ASCII only, so that no file name can control the terminal.
  return json.dump(-1, ' ', true, Json::error_handler_t::replace);
}

/// The lines for all that was read, and one for each alternative: `Alternative: 2025 (1.3 %)`.
std::string as_text(const Reading& reading, const ModelCard& card,
                    const numeral::ReadOptions& options) {
  std::string text = numeral::predicted_lines(card, reading, options);
  for (numeral::Alternative& other : reading.alternatives(options.alternatives)) {
    std::ranges::replace(other.text, '\n', ' ');
    text += fmt::format("\nAlternative: {} ({:.1f} %)", other.text, 100 * other.confidence);
  }
  return text;
}

Result<Reading> recognize_image(Recognizer& recognizer, const std::string& file,
                                const numeral::ReadOptions& options) {
  const Result<numeral::Picture> picture = numeral::load_picture_file(file);
  if (!picture) return tl::unexpected(picture.error());
  Result<std::optional<Reading>> reading = numeral::read_picture(recognizer, *picture, options);
  if (!reading) return numeral::fail(file + ": " + reading.error().message);
  if (!*reading) return numeral::fail(file + ": the picture is blank: nothing is drawn on it");
  return std::move(**reading);
}

/// Says on standard error which rows of a reading it does not stand by: their lines are as all
/// others.
void print_doubts(const std::string& file, const Reading& reading, const ModelCard& card,
                  const numeral::ReadOptions& options) {
  if (reading.accepted()) return;
  const bool any_line = std::any_of(reading.lines.begin(), reading.lines.end(),
                                    [](const Line& line) { return !line.accepted(); });
  for (const Line& line : reading.lines)
    if (!any_line || !line.accepted())
      print_error(file + ": " + numeral::predicted_line(card, line, options) + " (not sure)");
}

/// Prints the answer for each image. Continues after errors; returns whether there were none.
bool recognize_images(Recognizer& recognizer, const Options& options) {
  bool succeeded = true;
  for (const std::string& file : options.images) {
    const Result<Reading> reading = recognize_image(recognizer, file, options.read);
    if (!reading) {
      print_error(reading.error().message);
      succeeded = false;
      continue;
    }
    const ModelCard& card = recognizer.card();
    const std::string output = options.json
                                   ? as_json(file, *reading, card, options.read.alternatives)
                                   : as_text(*reading, card, options.read);
    std::puts(output.c_str());
    if (!options.json) print_doubts(file, *reading, card, options.read);
    if (reading->turned > 0)
      print_error(file + ": was turned by " + std::to_string(reading->turned) +
                  " degrees clockwise to be read");
  }
  return succeeded;
}

/// Prints accuracy and confusion matrix on a test set, and writes pictures of it to the file
/// `samples` if that is named. Returns whether that succeeded.
bool evaluate_folder(Recognizer& recognizer, const std::string& folder,
                     const std::string& samples) {
  const auto classes = static_cast<int>(recognizer.card().labels.size());
  const auto dataset = numeral::read_idx_dataset(folder, "t10k", classes);
  if (!dataset) return print_error(dataset.error().message), false;
  std::vector<std::size_t> misread;
  const auto note = [&](std::size_t index, const std::optional<Recognition>& answer) {
    if (!answer || answer->digit != dataset->labels[index]) misread.push_back(index);
  };
  const auto evaluation = numeral::evaluate(recognizer, *dataset, note);
  if (!evaluation) return print_error(evaluation.error().message), false;
  if (!samples.empty()) {
    const auto written = numeral::write_file_atomically(
        samples, numeral::test_samples(*dataset, misread, recognizer.card().labels));
    if (!written) return print_error(written.error().message), false;
  }

  Json json;
  json["accuracy"] = evaluation->accuracy();
  json["correct"] = evaluation->correct;
  json["total"] = evaluation->total;
  json["confusion"] = evaluation->confusion;
  std::puts(json.dump().c_str());
  return true;
}

}  // namespace

int main(int argc, char** argv) try {
  Options options;
  if (const std::optional<int> status = parse_options(argc, argv, options)) return *status;
  Result<Recognizer> recognizer = numeral::load_recognizer(options.model);
  if (!recognizer) return print_error(recognizer.error().message), 1;
  if (auto checked = numeral::check_options(options.read, recognizer->card()); !checked)
    return print_error("--" + checked.error().message), 1;
  const bool succeeded = options.evaluate.empty()
                             ? recognize_images(*recognizer, options)
                             : evaluate_folder(*recognizer, options.evaluate, options.samples);
  return succeeded ? 0 : 1;
} catch (const std::exception& error) {
  print_error(error.what());  // out of memory, say
  return 1;
}
