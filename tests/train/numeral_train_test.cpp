// torch first: it defines a CHECK of its own, which Catch's replaces.
#include <torch/torch.h>
//
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "native/evaluate.h"
#include "native/files.h"
#include "native/model_files.h"
#include "support/checkpoint.h"
#include "support/process.h"
#include "support/small_disk.h"
#include "support/training_run.h"
#include "train/training/run_checkpoint.h"

namespace numeral {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::ContainsSubstring;
using test::Process;
using test::ProgramResult;
using test::same_weights;
using test::small_run;
using test::SmallDisk;
using test::TemporaryFolder;
using test::text_after;
using test::write_dataset;

/// The first `count` pictures.
IdxDataset first_pictures(IdxDataset dataset, std::size_t count) {
  dataset.pixels.resize(count * std::size_t(dataset.width) * dataset.height);
  dataset.labels.resize(count);
  return dataset;
}

/// Of drawn digits those below `classes`.
IdxDataset first_classes(int count, int classes) {
  const IdxDataset all = test::drawn_dataset(count);
  IdxDataset some{all.width, all.height, {}, {}};
  for (std::size_t i = 0; i < all.count(); ++i) {
    if (all.labels[i] >= classes) continue;
    const GrayImage image = all.image(i);
    some.pixels.insert(some.pixels.end(), image.pixels.begin(), image.pixels.end());
    some.labels.push_back(all.labels[i]);
  }
  return some;
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
  CHECK(std::distance(fs::directory_iterator(model), {}) == 8);
  CHECK(fs::exists(model / "report.html"));
  CHECK(fs::exists(model / "digits.safetensors"));
  CHECK(fs::exists(model / "digits-samples.json"));
  CHECK(fs::exists(model / "checkpoints" / "latest.safetensors"));

  auto recognizer = load_recognizer(model / "digits.ort");
  REQUIRE(recognizer);
  CHECK(load_recognizer(model / "digits.onnx"));
  const auto file = load_model_card(model / "digits.json");
  REQUIRE(file);
  const ModelCard& card = file->card;
  CHECK(card.labels.size() == 10);
  CHECK(file->training["epochs"] == 3);
  CHECK(file->training["seed"] == 5);
  CHECK(file->data["name"] == data.path().filename().string());
  CHECK(file->data["train"] == 500);
  CHECK(file->training["augmentation"] == "digits");
  CHECK(file->metrics["largest_difference_from_libtorch"].get<double>() <= 1e-5);
  CHECK(std::find(card.operators.begin(), card.operators.end(), "com.microsoft;1;FusedConv") !=
        card.operators.end());

  const auto test = read_idx_dataset(data.path(), "t10k", 10);
  REQUIRE(test);
  const auto evaluation = evaluate(*recognizer, *test);
  REQUIRE(evaluation);
  CHECK(file->metrics["test_correct"] == evaluation->correct);
  auto lines = metrics_lines(model / "metrics.jsonl");
  CHECK(lines.at("epoch").size() == 3);
  CHECK(lines.at("epoch")[0]["learning_rate"] > 0);
  CHECK(lines.at("run")[0]["settings"] == file->training);
  CHECK(lines.at("test")[0]["correct"] == evaluation->correct);
  CHECK(lines.at("test")[0]["confusion"] == evaluation->confusion);
  CHECK(lines["misread"].size() == std::size_t(evaluation->total - evaluation->correct));
  CHECK(lines.at("drawing").size() > 5);
  CHECK(evaluation->accuracy() > 0.8);
}

TEST_CASE("Two digits, as one has taught the page, are enough to go on from the published weights",
          "[numeral-train]") {
  const TemporaryFolder data, out;
  write_dataset(data, "train", 2);
  write_dataset(data, "t10k", 50);
  const fs::path published = test::project_folder() / "model" / "digits.safetensors";
  const ProgramResult result =
      train("--data " + data.path().string() + " --start-from " + published.string() + " --out " +
            out.path().string() + " --validation 1 --epochs 3 --learning-rate 1e-4 --threads 1");
  INFO(result.errors);
  REQUIRE(result.status == 0);
  auto recognizer = load_recognizer(out.path() / "digits.ort");
  REQUIRE(recognizer);
  const auto evaluation = evaluate(*recognizer, test::drawn_dataset(50));
  REQUIRE(evaluation);
  CHECK(evaluation->accuracy() > 0.9);
}

TEST_CASE("Other data gives a model with its own labels, which numeral-recognize prints",
          "[numeral-train]") {
  const TemporaryFolder data, out;
  write_dataset(data, "train", first_classes(1200, 3));
  const IdxDataset test = first_classes(200, 3);
  write_dataset(data, "t10k", test);
  const std::string labels = data.write("labels.txt", "cat\ndog\nfish\n").string();
  const ProgramResult trained =
      train("--data " + data.path().string() + " --out " + out.path().string() + " --labels " +
            labels + " --input-mode full-image --name animals --data-name Animals --epochs 6" +
            " --batch-size 20 --validation 60 --threads 1");
  INFO(trained.errors);
  REQUIRE(trained.status == 0);

  const fs::path model = out.path() / "animals.ort";
  const auto recognizer = load_recognizer(model);
  REQUIRE(recognizer);
  REQUIRE(load_recognizer(out.path() / "animals.onnx"));
  const auto file = load_model_card(out.path() / "animals.json");
  REQUIRE(file);
  const ModelCard& card = file->card;
  CHECK(card.name == "animals");
  CHECK(card.labels == std::vector<std::string>{"cat", "dog", "fish"});
  CHECK(card.input_mode == InputMode::kFullImage);
  CHECK(file->data["name"] == "Animals");
  CHECK(file->training["augmentation"] == "pictures");
  CHECK(file->metrics["test_confusion"].size() == 3);

  const auto recognize = [&](const std::string& arguments) {
    return test::run_program("numeral-recognize", "--model " + model.string() + " " + arguments);
  };
  const std::string dog = data.write("dog.pgm", test::pgm_of(test.image(1))).string();
  const std::string fish = data.write("fish.pgm", test::pgm_of(test.image(2))).string();
  CHECK(recognize(dog + " " + fish).output == "Predicted Label: dog\nPredicted Label: fish\n");
  const auto answer = nlohmann::json::parse(recognize("--json " + fish).output);
  CHECK(answer["digit"] == 2);
  CHECK(answer["label"] == "fish");
  CHECK(answer["probabilities"].size() == 3);

  const auto evaluation =
      nlohmann::json::parse(recognize("--evaluate " + data.path().string()).output);
  CHECK(evaluation["total"] == test.count());
  CHECK(evaluation["accuracy"].get<double>() > 0.9);
  CHECK(evaluation["confusion"] == file->metrics["test_confusion"]);
  REQUIRE(evaluation["confusion"].size() == 3);
  for (const auto& row : evaluation["confusion"]) CHECK(row.size() == 3);
}

TEST_CASE("A short run on Fashion-MNIST's pictures learns to tell clothes apart",
          "[numeral-train]") {
  if (test::fashion_mnist_folder().empty()) SKIP("dataset-fashion-mnist is not installed");
  const auto training = read_idx_dataset(test::fashion_mnist_folder(), "train", 10);
  const auto test = read_idx_dataset(test::fashion_mnist_folder(), "t10k", 10);
  REQUIRE((training && test));
  const TemporaryFolder data, out;
  write_dataset(data, "train", first_pictures(*training, 2000));
  write_dataset(data, "t10k", first_pictures(*test, 500));
  const fs::path labels = test::project_folder() / "docs" / "fashion-mnist-labels.txt";
  const ProgramResult trained =
      train("--data " + data.path().string() + " --out " + out.path().string() + " --labels " +
            labels.string() + " --input-mode full-image --name fashion --epochs 3 --batch-size 50" +
            " --validation 200 --threads 1");
  INFO(trained.errors);
  REQUIRE(trained.status == 0);

  const auto recognizer = load_recognizer(out.path() / "fashion.ort");
  REQUIRE(recognizer);
  CHECK(recognizer->card().labels[7] == "Sneaker");
  // Guessing would be 10 %.
  const auto file = load_model_card(out.path() / "fashion.json");
  REQUIRE(file);
  CHECK(file->metrics["test_accuracy"].get<double>() > 0.5);
}

TEST_CASE("Data with more classes than there are labels is refused", "[numeral-train]") {
  const TemporaryFolder data, out;
  write_dataset(data, "train", 100);
  write_dataset(data, "t10k", 10);
  const std::string labels = data.write("labels.txt", "cat\ndog\nfish\n").string();
  const ProgramResult result = train("--data " + data.path().string() + " --out " +
                                     out.path().string() + " --labels " + labels);
  CHECK(result.status == 1);
  CHECK_THAT(result.errors, ContainsSubstring("expected labels from 0 to 2, found 3"));
  CHECK(fs::is_empty(out.path()));
}

TEST_CASE("An output folder that cannot be written is told before anything else",
          "[numeral-train]") {
  const TemporaryFolder folder;
  const fs::path file = folder.write("file", "");
  const ProgramResult result = train("--data /none --out " + (file / "model").string());
  CHECK(result.status == 1);
  CHECK_THAT(result.errors, ContainsSubstring(file.string() + "/model: the folder cannot be made"));
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

TEST_CASE("Killed at twenty moments, a run comes to the weights of one left alone",
          "[numeral-train][kill]") {
  const TemporaryFolder data, alone, killed;
  write_dataset(data, "train", 300);
  write_dataset(data, "t10k", 20);
  constexpr int kEpochs = 45;
  Process whole("numeral-train", small_run(data, alone.path(), kEpochs));
  REQUIRE(whole.wait() == 0);

  std::vector<std::string> arguments = small_run(data, killed.path(), kEpochs);
  arguments.insert(arguments.end(), {"--checkpoint-minutes", "0"});
  std::mt19937 random(1);
  const auto sleep_up_to = [&](int milliseconds) {
    const int time = std::uniform_int_distribution(0, milliseconds)(random);
    std::this_thread::sleep_for(std::chrono::milliseconds(time));
  };
  for (int kill = 0; kill < 20; ++kill) {
    Process process("numeral-train", arguments);
    // Every other time wherever it is by then, be it still reading its data; else while it trains.
    if (kill % 2 == 0)
      REQUIRE(process.wait_for("epoch " + std::to_string(2 * kill + 1) + "/"));
    else
      sleep_up_to(500);
    sleep_up_to(100);
    process.signal(SIGKILL);
    CHECK(process.wait() == 128 + SIGKILL);
    if (kill == 0) arguments.insert(arguments.end(), {"--resume", killed.path().string()});
  }
  Process last("numeral-train", arguments);
  const int status = last.wait();
  INFO(last.errors());
  REQUIRE(status == 0);

  const Checkpoint expected = load_checkpoint(alone.path()), found = load_checkpoint(killed.path());
  CHECK(same_weights(expected.replica.weights, found.replica.weights));
  CHECK(same_weights(expected.replica.averaged, found.replica.averaged));
  CHECK(same_weights(expected.run.best, found.run.best));
  CHECK(found.run.epochs.size() == kEpochs);
  CHECK(std::distance(fs::directory_iterator(killed.path() / "checkpoints"), {}) == 2);
}

TEST_CASE("Ctrl-C saves the run and says how to resume it", "[numeral-train]") {
  const TemporaryFolder data, out;
  write_dataset(data, "train", 300);
  write_dataset(data, "t10k", 20);
  Process process("numeral-train", small_run(data, out.path() / "with space", 25));
  REQUIRE(process.wait_for("epoch 2/"));
  process.signal(SIGINT);
  const int status = process.wait();
  INFO(process.errors());
  REQUIRE(status == 130);
  CHECK_FALSE(fs::exists(out.path() / "with space" / "digits.ort"));

  const std::string command = text_after(process.errors(), "to resume: ");
  CHECK(std::system((command + " 2>/dev/null").c_str()) == 0);
  CHECK(fs::exists(out.path() / "with space" / "digits.ort"));
  CHECK(load_checkpoint(out.path() / "with space").run.epoch == 26);
}

TEST_CASE("A full disk ends neither the run nor what it had saved", "[numeral-train]") {
  const TemporaryFolder data, out;
  write_dataset(data, "train", 200);
  write_dataset(data, "t10k", 20);
  // There is room for one checkpoint, but not for the next beside it.
  const SmallDisk disk(out.path(), "4000k");
  if (!disk.is_mounted()) SKIP("a disk cannot be mounted here, which takes root");
  Process process("numeral-train", small_run(data, out.path(), 3));
  const int status = process.wait();
  INFO(process.errors());
  CHECK(status == 0);
  CHECK_THAT(process.errors(), ContainsSubstring("No space left on device; training goes on"));
  CHECK_THAT(process.errors(), ContainsSubstring("epoch 3/3"));
  CHECK(fs::exists(out.path() / "digits.json"));
  CHECK(load_checkpoint(out.path()).run.epoch == 2);
}

TEST_CASE("A model that cannot be published can be from its checkpoint", "[numeral-train]") {
  const TemporaryFolder data, out;
  write_dataset(data, "train", 200);
  write_dataset(data, "t10k", 20);
  // A folder where a file is to be written.
  fs::create_directories(out.path() / "digits.ort" / "in the way");
  Process process("numeral-train", small_run(data, out.path(), 1));
  CHECK(process.wait() == 1);
  INFO(process.errors());
  const std::string command = text_after(process.errors(), "publishes them: ");
  fs::remove_all(out.path() / "digits.ort");
  CHECK(std::system((command + " 2>/dev/null").c_str()) == 0);
  CHECK(load_recognizer(out.path() / "digits.ort"));
}

TEST_CASE("Mistakes on the command line are told", "[numeral-train]") {
  CHECK(train("").status != 0);
  CHECK_THAT(train("--data x --epochs 0").errors, ContainsSubstring("--epochs"));
  CHECK_THAT(train("--data x --labels /none").errors, ContainsSubstring("--labels: /none"));
  CHECK_THAT(train("--data x --input-mode round").errors, ContainsSubstring("--input-mode"));
  CHECK_THAT(train("--data x --devices tpu").errors, ContainsSubstring("tpu"));
  // More GPUs than any machine has.
  CHECK_THAT(train("--data x --devices cuda:99").errors, ContainsSubstring("no CUDA device"));
  CHECK_THAT(train("--data x --devices cpu,cuda:0").errors, ContainsSubstring("not both"));
  const ProgramResult help = train("--help");
  CHECK(help.status == 0);
  CHECK_THAT(help.output, ContainsSubstring("--batch-size"));
}

}  // namespace
}  // namespace numeral
