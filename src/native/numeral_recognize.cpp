// numeral-recognize: reads the digits and numbers that image files show, or measures accuracy on an
// IDX test set.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "native/evaluate.h"
#include "native/idx.h"
#include "native/image_file.h"
#include "native/model_files.h"
#include "core/number.h"
#include "core/predicted_line.h"
#include "native/printable.h"

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
using numeral::ModelCard;
using numeral::Number;
using numeral::Recognition;
using numeral::Recognizer;
using numeral::Result;

struct Options {
  std::string model;
  bool json = false;
  bool photo = false;
  std::string evaluate;
  std::vector<std::string> images;
};

void complain(const std::string& message) {
  std::fprintf(stderr, "numeral-recognize: %s\n", numeral::printable(message).c_str());
}

/// The project's own model: in the current directory, else in the checkout that this program was
/// built in (it is in build/native/bin).
std::string default_model() {
  const fs::path file = fs::path("model") / "digits.ort";
  std::error_code error;
  if (fs::exists(file, error)) return file.string();
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  return (program.parent_path() / ".." / ".." / ".." / file).lexically_normal().string();
}

void describe(Json& json, const Recognition& answer, const ModelCard& card) {
  json["digit"] = answer.digit;
  json["label"] = card.labels[answer.digit];
  json["confidence"] = answer.confidence;
  json["accepted"] = answer.accepted;
  json["probabilities"] = answer.probabilities;
}

std::string as_json(const std::string& file, const Number& number, const ModelCard& card) {
  Json json;
  json["file"] = file;
  if (number.digits.size() == 1) {
    describe(json, number.digits[0].answer, card);
  } else {
    json["number"] = number.text(card);
    json["confidence"] = number.confidence();
    json["accepted"] = number.accepted();
    for (const auto& [answer, box] : number.digits) {
      Json& digit = json["digits"].emplace_back();
      describe(digit, answer, card);
      digit["box"] = {
          {"left", box.left}, {"top", box.top}, {"right", box.right}, {"bottom", box.bottom}};
    }
  }
  // In ASCII, so that a name does nothing to a terminal either.
  return json.dump(-1, ' ', true, Json::error_handler_t::replace);
}

Result<Number> read_picture(Recognizer& recognizer, const std::string& file, bool is_photo) {
  const Result<numeral::GrayImage> image =
      is_photo ? numeral::load_photo_file(file) : numeral::load_image_file(file);
  if (!image) return tl::unexpected(image.error());
  Result<std::optional<Number>> number = numeral::read_number(recognizer, *image);
  if (!number) return numeral::fail(file + ": " + number.error().message);
  if (!*number) return numeral::fail(file + ": the picture is blank: nothing is drawn on it");
  return std::move(**number);
}

/// Reads every picture; one that fails does not keep the others from it.
bool read_pictures(Recognizer& recognizer, const Options& options) {
  bool all_well = true;
  for (const std::string& file : options.images) {
    const Result<Number> number = read_picture(recognizer, file, options.photo);
    if (!number) {
      complain(number.error().message);
      all_well = false;
      continue;
    }
    const std::string line = options.json ? as_json(file, *number, recognizer.card())
                                          : numeral::predicted_line(recognizer.card(), *number);
    std::puts(line.c_str());
  }
  return all_well;
}

bool evaluate_folder(Recognizer& recognizer, const std::string& folder) {
  const auto classes = static_cast<int>(recognizer.card().labels.size());
  const auto dataset = numeral::read_idx_dataset(folder, "t10k", classes);
  if (!dataset) return complain(dataset.error().message), false;
  const auto evaluation = numeral::evaluate(recognizer, *dataset);
  if (!evaluation) return complain(evaluation.error().message), false;

  Json json;
  json["accuracy"] = evaluation->accuracy();
  json["correct"] = evaluation->correct;
  json["total"] = evaluation->total;
  json["confusion"] = evaluation->confusion;
  std::puts(json.dump().c_str());
  return true;
}

/// Does what the options ask for; true if all of it went well.
bool run(Options options) {
  if (options.model.empty()) options.model = default_model();
  Result<Recognizer> recognizer = numeral::load_recognizer(options.model);
  if (!recognizer) return complain(recognizer.error().message), false;
  return options.evaluate.empty() ? read_pictures(*recognizer, options)
                                  : evaluate_folder(*recognizer, options.evaluate);
}

}  // namespace

int main(int argc, char** argv) try {
  Options options;
  CLI::App app(
      "Reads handwritten digits and numbers, or whatever else a model knows, in PNG, JPEG, BMP and "
      "PGM files.",
      "numeral-recognize");
  app.add_option("--model", options.model, "model file, its card (.json) beside it")
      ->default_str("model/digits.ort");
  app.add_flag("--json", options.json, "print one JSON object a line instead of text");
  app.add_flag("--photo", options.photo,
               "the pictures are photographs of paper: take shadows, lines and noise away first");
  auto* evaluate = app.add_option(
      "--evaluate", options.evaluate,
      "measure accuracy on the IDX files t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte of DIR");
  evaluate->type_name("DIR");
  app.add_option("IMAGE", options.images, "picture files, any size up to 100 megapixels")
      ->excludes(evaluate);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& error) {
    complain(std::string(error.what()) + "; --help tells more");
    return error.get_exit_code();
  }
  if (options.images.empty() && options.evaluate.empty()) {
    complain("expected picture files or --evaluate DIR; --help tells more");
    return 1;
  }
  return run(options) ? 0 : 1;
} catch (const std::exception& error) {
  complain(error.what());  // no memory, say
  return 1;
}
