#include "options.h"

#include <catch2/catch_test_macros.hpp>
#include <vector>

namespace numeral {
namespace {

std::variant<Options, int> parse(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "numeral-train");
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  return parse_options(static_cast<int>(argv.size()), argv.data());
}

TEST_CASE("Options are read") {
  const auto parsed =
      parse({"--data", "d", "--out", "o", "--epochs", "3", "--batch-size", "64", "--learning-rate",
             "0.01", "--seed", "9", "--threads", "2", "--no-augment", "--devices", "cpu"});
  REQUIRE(std::holds_alternative<Options>(parsed));
  const auto& options = std::get<Options>(parsed);
  CHECK(options.data == "d");
  CHECK(options.out == "o");
  CHECK(options.train.threads == 2);
  CHECK(options.train.epochs == 3);
  CHECK(options.train.batch_size == 64);
  CHECK(options.train.learning_rate == 0.01);
  CHECK(options.train.seed == 9);
  CHECK_FALSE(options.train.augment);
  REQUIRE(options.train.devices.size() == 1);
  CHECK(options.train.devices[0].is_cpu());
}

TEST_CASE("Everything but the data has a default") {
  const auto parsed = parse({"--data", "d"});
  REQUIRE(std::holds_alternative<Options>(parsed));
  CHECK(std::get<Options>(parsed).out == "model");
  CHECK(std::get<Options>(parsed).train.threads > 0);
  CHECK(std::get<Options>(parsed).train.augment);
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
