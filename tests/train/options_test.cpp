#include "options.h"

#include <catch2/catch_test_macros.hpp>
#include <optional>
#include <vector>

#include "support/temporary_folder.h"

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
  CHECK(options.out == "o");
  CHECK(options.train.threads == 2);
  CHECK(options.train.epochs == 3);
  CHECK(options.train.batch_size == 64);
  CHECK(options.train.learning_rate == 0.01);
  CHECK(options.train.seed == 9);
  CHECK(options.train.augmentation == Augmentation::kNone);
  REQUIRE(options.train.devices.size() == 1);
  CHECK(options.train.devices[0].is_cpu());
}

TEST_CASE("Everything but the data has a default") {
  const auto parsed = parse({"--data", "d"});
  REQUIRE(std::holds_alternative<Options>(parsed));
  CHECK(std::get<Options>(parsed).out == "model");
  CHECK(std::get<Options>(parsed).train.threads > 0);
  CHECK(std::get<Options>(parsed).name == "digits");
  CHECK(std::get<Options>(parsed).labels == digit_labels());
  CHECK(std::get<Options>(parsed).train.input_mode == InputMode::kInk);
  CHECK(std::get<Options>(parsed).train.augmentation == Augmentation::kDigits);
}

TEST_CASE("Other data brings its labels, its framing and its names") {
  const TemporaryFolder folder;
  const std::string labels = folder.write("labels.txt", "cat\ndog\nfish\n").string();
  const auto parsed = parse({"--data", "/data/animals/", "--labels", labels, "--framing", "whole",
                             "--name", "animals-2.1"});
  REQUIRE(std::holds_alternative<Options>(parsed));
  const auto& options = std::get<Options>(parsed);
  CHECK(options.labels == std::vector<std::string>{"cat", "dog", "fish"});
  CHECK(options.train.input_mode == InputMode::kFullImage);
  CHECK(options.name == "animals-2.1");
  CHECK(options.data_name == "animals");
  CHECK(std::get<Options>(parse({"--data", "d", "--data-name", "Animals"})).data_name == "Animals");
}

TEST_CASE("The augmentation follows labels and framing, and fits them") {
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
  CHECK(augmentation({"--labels", labels, "--framing", "whole"}) == Augmentation::kPictures);
  CHECK(augmentation({"--framing", "whole"}) == Augmentation::kPictures);
  CHECK(augmentation({"--framing", "whole", "--augment", "none"}) == Augmentation::kNone);
  CHECK(augmentation({"--augment", "ink"}) == Augmentation::kInk);

  CHECK_FALSE(augmentation({"--framing", "whole", "--augment", "ink"}));
  CHECK_FALSE(augmentation({"--framing", "whole", "--augment", "digits"}));
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

TEST_CASE("Several teachers are given as several folders") {
  const auto parsed = parse({"--data", "d", "--teachers", "a", "b", "--teachers", "c"});
  REQUIRE(std::holds_alternative<Options>(parsed));
  const TrainSettings& train = std::get<Options>(parsed).train;
  CHECK(train.teachers == std::vector<std::filesystem::path>{"a", "b", "c"});
}

TEST_CASE("Names that are no names of files, and labels that are none, are refused") {
  for (const char* name : {"", "a/b", "../a", ".a", "-a", "a b", "\xc3\xa4"}) {
    CAPTURE(name);
    CHECK(std::holds_alternative<int>(parse({"--data", "d", "--name", name})));
  }
  CHECK(std::holds_alternative<int>(parse({"--data", "d", "--data-name", "\xff"})));
  CHECK(std::holds_alternative<int>(parse({"--data", "d", "--labels", "/none"})));
}

TEST_CASE("The results of earlier runs are read from a file") {
  const test::TemporaryFolder folder;
  const auto good = folder.write("good.json", R"([{"what": "plain", "seeds": [
      {"seed": 1, "validation_accuracy": 0.97, "validation_loss": 0.1}]}])");
  const auto parsed = parse({"--data", "d", "--experiments", good.string()});
  REQUIRE(std::holds_alternative<Options>(parsed));
  REQUIRE(std::get<Options>(parsed).experiments.size() == 1);
  CHECK(std::get<Options>(parsed).experiments[0].what == "plain");

  const auto bad = parse({"--data", "d", "--experiments", folder.write("bad.json", "{}").string()});
  REQUIRE(std::holds_alternative<int>(bad));
  CHECK(std::get<int>(bad) != 0);
}

TEST_CASE("Of an option given twice the last one counts") {
  const auto parsed = parse({"--data", "d", "--out", "a", "--out", "b"});
  REQUIRE(std::holds_alternative<Options>(parsed));
  CHECK(std::get<Options>(parsed).out == "b");
}

TEST_CASE("Devices and machines are read") {
  const auto parsed = parse({"--data", "d", "--devices", "cpu,cpu", "--nodes", "3", "--node-rank",
                             "2", "--rendezvous", "tcp://host.example:1234", "--timeout", "9"});
  REQUIRE(std::holds_alternative<Options>(parsed));
  const TrainSettings& train = std::get<Options>(parsed).train;
  CHECK(train.devices.size() == 2);
  CHECK(train.workers() == 6);
  CHECK(train.cluster.node_rank == 2);
  CHECK(train.cluster.host == "host.example");
  CHECK(train.cluster.port == 1234);
  CHECK(train.cluster.timeout.count() == 9);
}

TEST_CASE("The place to meet is a host and a port from 1 to 65535") {
  const auto port = [](const std::string& rendezvous) {
    const auto parsed = parse({"--data", "d", "--rendezvous", rendezvous});
    return std::holds_alternative<int>(parsed) ? -1 : std::get<Options>(parsed).train.cluster.port;
  };
  CHECK(port("tcp://host:1") == 1);
  CHECK(port("tcp://host:65535") == 65535);
  for (const char* text : {"tcp://host:0", "tcp://host:65536", "tcp://host:99999",
                           "tcp://host:100000", "tcp://host:-1", "tcp://host:1x",
                           "tcp://host:", "tcp://host", "tcp://:1", "udp://host:1", "host:1"}) {
    CAPTURE(text);
    CHECK(port(text) == -1);
  }
}

TEST_CASE("A GPU that is not there is refused, whatever its number") {
  for (const char* device : {"cuda:99", "cuda:200", "cuda:256", "cuda:999"}) {
    CAPTURE(device);
    CHECK(std::holds_alternative<int>(parse({"--data", "d", "--devices", device})));
  }
}

TEST_CASE("The command to go on with is the one given, with --resume in place of any before") {
  std::vector<std::string> words = {"numeral-train", "--data",         "my data", "--resume",
                                    "old",           "--resume=older", "--out",   "it's"};
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  CHECK(resume_command(static_cast<int>(argv.size()), argv.data(), "o/checkpoints") ==
        R"(numeral-train --data 'my data' --out 'it'\''s' --resume o/checkpoints)");
}

}  // namespace
}  // namespace numeral
