#include "train/options.h"

#include <fmt/format.h>

#include <catch2/catch_test_macros.hpp>
#include <optional>
#include <type_traits>
#include <vector>

#include "support/temporary_folder.h"
#include "train/data/labels_file.h"

namespace numeral {
namespace {

using test::TemporaryFolder;

std::variant<Options, int> parse(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "numeral-train");
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  return parse_options(static_cast<int>(argv.size()), argv.data());
}

TEST_CASE("Options are read") {
  const auto parsed =
      parse({"--data", "d", "--out", "o", "--epochs", "3", "--batch-size", "64", "--learning-rate",
             "0.01", "--seed", "9", "--threads", "2", "--augment", "none", "--devices", "cpu"});
  REQUIRE(std::holds_alternative<Options>(parsed));
  const auto& options = std::get<Options>(parsed);
  CHECK(options.data == "d");
  CHECK(options.publish.out == "o");
  CHECK(options.train.threads == 2);
  CHECK(options.train.epochs == 3);
  CHECK(options.train.batch_size == 64);
  CHECK(options.train.learning_rate == 0.01);
  CHECK(options.train.seed == 9);
  CHECK(options.train.augmentation == Augmentation::kNone);
  REQUIRE(options.train.devices.size() == 1);
  CHECK(options.train.devices[0].is_cpu());
}

TEST_CASE("Options are read from a file, and those on the command line count more") {
  const TemporaryFolder folder;
  const std::string file = folder.write("run.toml",
                                        "# a recipe\nepochs = 2\nlearning-rate = 0.01\n"
                                        "augment = \"none\"\nalso-test = [\"a\", \"b\"]\n");
  const auto parsed = parse({"--config", file, "--data", "d", "--epochs", "7"});
  REQUIRE(std::holds_alternative<Options>(parsed));
  const auto& options = std::get<Options>(parsed);
  CHECK(options.train.epochs == 7);
  CHECK(options.train.learning_rate == 0.01);
  CHECK(options.train.augmentation == Augmentation::kNone);
  CHECK(options.further_tests == std::vector<std::filesystem::path>{"a", "b"});

  for (const char* bad : {"epoch = 2\n", "epochs = 0\n", "epochs = many\n"}) {
    INFO(bad);
    const auto refused = parse({"--data", "d", "--config", folder.write("bad.toml", bad)});
    REQUIRE(std::holds_alternative<int>(refused));
    CHECK(std::get<int>(refused) != 0);
  }
  CHECK(std::holds_alternative<int>(parse({"--data", "d", "--config", folder.path() / "none"})));
}

TEST_CASE("Further test sets are read in order, in any number") {
  CHECK(std::get<Options>(parse({"--data", "d"})).further_tests.empty());
  const auto parsed = parse({"--data", "d", "--also-test", "pens", "--also-test", "photos"});
  REQUIRE(std::holds_alternative<Options>(parsed));
  CHECK(std::get<Options>(parsed).further_tests ==
        std::vector<std::filesystem::path>{"pens", "photos"});
}

TEST_CASE("Everything but the data has a default") {
  const auto parsed = parse({"--data", "d"});
  REQUIRE(std::holds_alternative<Options>(parsed));
  CHECK(std::get<Options>(parsed).publish.out == "model");
  CHECK(std::get<Options>(parsed).train.threads > 0);
  CHECK(std::get<Options>(parsed).publish.name == "digits");
  CHECK(std::get<Options>(parsed).publish.labels == digit_labels());
  CHECK(std::get<Options>(parsed).train.input_mode == InputMode::kInk);
  CHECK(std::get<Options>(parsed).train.augmentation == Augmentation::kDigits);
}

TEST_CASE("Other data brings its labels, its input mode and its names") {
  const TemporaryFolder folder;
  const std::string labels = folder.write("labels.txt", "cat\ndog\nfish\n").string();
  const auto parsed = parse({"--data", "/data/animals/", "--labels", labels, "--input-mode",
                             "full-image", "--name", "animals-2.1"});
  REQUIRE(std::holds_alternative<Options>(parsed));
  const auto& options = std::get<Options>(parsed);
  CHECK(options.publish.labels == std::vector<std::string>{"cat", "dog", "fish"});
  CHECK(options.train.input_mode == InputMode::kFullImage);
  CHECK(options.publish.name == "animals-2.1");
  CHECK(options.publish.data_name == "animals");
  CHECK(std::get<Options>(parse({"--data", "d", "--data-name", "Animals"})).publish.data_name ==
        "Animals");
}

TEST_CASE("The augmentation follows labels and input mode, and must fit them") {
  const TemporaryFolder folder;
  const std::string labels = folder.write("labels.txt", "cat\ndog\n").string();
  const auto augmentation = [&](std::vector<std::string> arguments) -> std::optional<Augmentation> {
    arguments.insert(arguments.begin(), {"--data", "d"});
    const auto parsed = parse(arguments);
    if (std::holds_alternative<int>(parsed)) return std::nullopt;
    return std::get<Options>(parsed).train.augmentation;
  };
  CHECK(augmentation({}) == Augmentation::kDigits);
  CHECK(augmentation({"--labels", labels}) == Augmentation::kInk);
  CHECK(augmentation({"--labels", labels, "--input-mode", "full-image"}) ==
        Augmentation::kPictures);
  CHECK(augmentation({"--input-mode", "full-image"}) == Augmentation::kPictures);
  CHECK(augmentation({"--input-mode", "full-image", "--augment", "none"}) == Augmentation::kNone);
  CHECK(augmentation({"--augment", "ink"}) == Augmentation::kInk);

  CHECK_FALSE(augmentation({"--input-mode", "full-image", "--augment", "ink"}));
  CHECK_FALSE(augmentation({"--input-mode", "full-image", "--augment", "digits"}));
  CHECK_FALSE(augmentation({"--augment", "pictures"}));
  CHECK_FALSE(augmentation({"--labels", labels, "--augment", "digits"}));
  // There are ten of these as well.
  const std::string letters =
      folder.write("letters.txt", "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n").string();
  CHECK(augmentation({"--labels", letters, "--augment", "ink"}) == Augmentation::kInk);
  CHECK_FALSE(augmentation({"--labels", letters, "--augment", "digits"}));
  CHECK_FALSE(augmentation({"--augment", "paint"}));
}

TEST_CASE("Negatives are drawn for digits alone") {
  const TemporaryFolder folder;
  const std::string labels = folder.write("labels.txt", "cat\ndog\n").string();
  const auto outputs = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"--data", "d"});
    const auto parsed = parse(arguments);
    return std::holds_alternative<int>(parsed) ? 0 : std::get<Options>(parsed).train.outputs();
  };
  CHECK(outputs({}) == 11);
  CHECK(outputs({"--negatives", "0"}) == 10);
  CHECK(outputs({"--labels", labels}) == 2);
  CHECK(outputs({"--labels", labels, "--negatives", "0.1"}) == 0);
}

TEST_CASE("Weights are interpolated only with those that a run starts from") {
  const auto is_valid = [](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"--data", "d"});
    return std::holds_alternative<Options>(parse(arguments));
  };
  CHECK(is_valid({"--interpolation", "0.5", "--start-from", "digits.safetensors"}));
  CHECK_FALSE(is_valid({"--interpolation", "0.5"}));
  CHECK_FALSE(is_valid({"--interpolation", "1.5", "--start-from", "digits.safetensors"}));
}

TEST_CASE("Every setting of the table has an option, with its default and its range") {
  const auto numbers = [](const Options& options, const Setting& setting) {
    TrainSettings copy = options.train;
    return std::visit(
        [](const auto* value) -> std::optional<double> {
          if constexpr (std::is_arithmetic_v<std::remove_cvref_t<decltype(*value)>>)
            return double(*value);
          return std::nullopt;
        },
        setting.value(copy));
  };
  int tested = 0;
  for (const Setting& setting : setting_table()) {
    if (setting.low >= setting.high) continue;
    CAPTURE(setting.name);
    const auto with = [&](double value) {
      return parse({"--data", "d", "--" + std::string(setting.name), fmt::format("{}", value)});
    };
    const auto parsed = with(setting.high);
    REQUIRE(std::holds_alternative<Options>(parsed));
    CHECK(numbers(std::get<Options>(parsed), setting) == setting.high);
    CHECK(std::holds_alternative<int>(with(setting.low - 1)));
    CHECK(std::holds_alternative<int>(with(setting.high + 1)));
    ++tested;
  }
  CHECK(tested > 10);
}

TEST_CASE("Names that are no names of files, and labels that are none, are refused") {
  for (const char* name : {"", "a/b", "../a", ".a", "-a", "a b", "\xc3\xa4"}) {
    CAPTURE(name);
    CHECK(std::holds_alternative<int>(parse({"--data", "d", "--name", name})));
  }
  CHECK(std::holds_alternative<int>(parse({"--data", "d", "--data-name", "\xff"})));
  CHECK(std::holds_alternative<int>(parse({"--data", "d", "--labels", "/none"})));
}

TEST_CASE("Of an option given twice the last one counts") {
  const auto parsed = parse({"--data", "d", "--out", "a", "--out", "b"});
  REQUIRE(std::holds_alternative<Options>(parsed));
  CHECK(std::get<Options>(parsed).publish.out == "b");
}

TEST_CASE("Devices are read") {
  const auto parsed =
      parse({"--data", "d", "--devices", "cpu,cpu", "--threads", "2", "--timeout", "9"});
  REQUIRE(std::holds_alternative<Options>(parsed));
  const TrainSettings& train = std::get<Options>(parsed).train;
  CHECK(train.devices.size() == 2);
  CHECK(train.workers() == 2);
  CHECK(train.timeout_seconds == 9);
  CHECK_FALSE(train.launch.launched);
}

TEST_CASE("A GPU that is not there is refused, whatever its number") {
  for (const char* device : {"cuda:99", "cuda:200", "cuda:255", "cuda:256", "cuda:999"}) {
    CAPTURE(device);
    CHECK(std::holds_alternative<int>(parse({"--data", "d", "--devices", device})));
  }
}

TEST_CASE("What is no device is refused") {
  for (const char* devices : {"", ",", "gpu", "cuda", "cuda:", "cuda:00", "cuda:01", "cuda:-1",
                              "cuda:0x", "cuda: 0", "cuda:1000", "cpu:0", "CPU", "cpu,cuda:0"}) {
    CAPTURE(devices);
    CHECK(std::holds_alternative<int>(parse({"--data", "d", "--devices", devices})));
  }
}

TEST_CASE("Pictures are made by few threads beside a CPU's workers") {
  const auto loader_threads = [](const char* devices, const char* threads) {
    const auto parsed = parse({"--data", "d", "--devices", devices, "--threads", threads});
    REQUIRE(std::holds_alternative<Options>(parsed));
    return std::get<Options>(parsed).train.loader_threads;
  };
  CHECK(loader_threads("cpu", "1") == 1);
  CHECK(loader_threads("cpu", "15") == 1);
  CHECK(loader_threads("cpu", "16") == 2);
  CHECK(loader_threads("cpu,cpu", "32") == 2);
  CHECK(loader_threads("cpu,cpu,cpu,cpu", "2") == 1);
}

TEST_CASE("The command that resumes is the one given, with --resume in place of any other") {
  std::vector<std::string> words = {"numeral-train", "--data",         "my data", "--resume",
                                    "old",           "--resume=older", "--out",   "it's"};
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  CHECK(resume_command(static_cast<int>(argv.size()), argv.data(), "o/checkpoints") ==
        R"(numeral-train --data 'my data' --out 'it'\''s' --resume o/checkpoints)");
}

}  // namespace
}  // namespace numeral
