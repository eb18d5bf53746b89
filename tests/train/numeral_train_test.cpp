#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "../src/evaluate.h"
#include "../src/files.h"
#include "../src/model_files.h"
#include "support/drawn_dataset.h"
#include "support/idx_files.h"
#include "support/temporary_folder.h"

namespace numeral {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::ContainsSubstring;
using test::ProgramResult;
using test::TemporaryFolder;

void write_dataset(const TemporaryFolder& folder, const std::string& prefix, int count) {
  const IdxDataset dataset = test::drawn_dataset(count);
  folder.write(prefix + "-images-idx3-ubyte",
               test::idx_images(static_cast<std::uint32_t>(count), 28, 28,
                                {dataset.pixels.begin(), dataset.pixels.end()}));
  folder.write(prefix + "-labels-idx1-ubyte",
               test::idx_labels({dataset.labels.begin(), dataset.labels.end()}));
}

ProgramResult train(const std::string& arguments) {
  return test::run_program("numeral-train", arguments);
}

/// The lines of metrics.jsonl by their kind.
std::map<std::string, std::vector<nlohmann::json>> metrics_lines(const fs::path& path) {
  std::map<std::string, std::vector<nlohmann::json>> lines;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const auto json = nlohmann::json::parse(line);
    lines[json["kind"]].push_back(json);
  }
  return lines;
}

TEST_CASE("A run writes a model that its card describes", "[numeral-train]") {
  const TemporaryFolder data, out;
  write_dataset(data, "train", 600);
  write_dataset(data, "t10k", 50);
  const fs::path model = out.path() / "made" / "here";
  const ProgramResult result =
      train("--data " + data.path().string() + " --out " + model.string() +
            " --epochs 3 --batch-size 20 --validation 100 --threads 2 --seed 5");
  INFO(result.errors);
  REQUIRE(result.status == 0);
  CHECK(result.output.empty());
  CHECK_THAT(result.errors, ContainsSubstring("epoch 3/3"));
  CHECK_THAT(result.errors, !ContainsSubstring("Schema error"));
  CHECK(std::distance(fs::directory_iterator(model), {}) == 5);
  CHECK(fs::exists(model / "report.html"));

  auto recognizer = load_recognizer(model / "digits.ort");
  REQUIRE(recognizer);
  CHECK(load_recognizer(model / "digits.onnx"));
  const ModelCard& card = recognizer->card();
  CHECK(card.labels.size() == 10);
  CHECK(card.training["epochs"] == 3);
  CHECK(card.training["seed"] == 5);
  CHECK(card.data["train"] == 500);
  CHECK(card.metrics["largest_difference_from_libtorch"].get<double>() <= 1e-5);
  CHECK(std::find(card.operators.begin(), card.operators.end(), "com.microsoft;1;FusedConv") !=
        card.operators.end());

  const auto test = read_idx_dataset(data.path(), "t10k", 10);
  REQUIRE(test);
  const auto evaluation = evaluate(*recognizer, *test);
  REQUIRE(evaluation);
  CHECK(card.metrics["test_correct"] == evaluation->correct);
  auto lines = metrics_lines(model / "metrics.jsonl");
  CHECK(lines.at("epoch").size() == 3);
  CHECK(lines.at("epoch")[0]["learning_rate"] > 0);
  CHECK(lines.at("run")[0]["settings"] == card.training);
  CHECK(lines.at("test")[0]["correct"] == evaluation->correct);
  CHECK(lines.at("test")[0]["confusion"] == evaluation->confusion);
  CHECK(lines["misread"].size() == std::size_t(evaluation->total - evaluation->correct));
  CHECK(lines.at("drawing").size() > 5);
  CHECK(evaluation->accuracy() > 0.8);
}

TEST_CASE("An output folder that cannot be written is told before anything else",
          "[numeral-train]") {
  const TemporaryFolder folder;
  const fs::path file = folder.write("file", "");
  const ProgramResult result = train("--data /none --out " + (file / "model").string());
  CHECK(result.status == 1);
  CHECK_THAT(result.errors, ContainsSubstring("--out " + file.string()));
}

TEST_CASE("Data that is not there or too little is told in one line", "[numeral-train]") {
  const TemporaryFolder data, out;
  const std::string to = " --out " + out.path().string();
  const ProgramResult none = train("--data /none" + to);
  CHECK(none.status == 1);
  CHECK_THAT(none.errors, ContainsSubstring("/none: expected a folder"));
  CHECK(std::count(none.errors.begin(), none.errors.end(), '\n') == 1);

  write_dataset(data, "train", 30);
  write_dataset(data, "t10k", 10);
  const ProgramResult few = train("--data " + data.path().string() + to);
  CHECK(few.status == 1);
  CHECK_THAT(few.errors, ContainsSubstring("--validation: expected fewer than the 30"));
  CHECK(fs::is_empty(out.path()));
}

TEST_CASE("Mistakes on the command line are told", "[numeral-train]") {
  CHECK(train("").status != 0);
  CHECK_THAT(train("--data x --epochs 0").errors, ContainsSubstring("--epochs"));
  CHECK_THAT(train("--data x --devices tpu").errors, ContainsSubstring("tpu"));
  CHECK_THAT(train("--data x --devices cuda:0").errors, ContainsSubstring("no CUDA device"));
  const ProgramResult help = train("--help");
  CHECK(help.status == 0);
  CHECK_THAT(help.output, ContainsSubstring("--batch-size"));
}

}  // namespace
}  // namespace numeral
