#include "options.h"

#include <catch2/catch_test_macros.hpp>
#include <vector>

#include "support/temporary_folder.h"

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
  CHECK(options.threads == 2);
  CHECK(options.train.epochs == 3);
  CHECK(options.train.batch_size == 64);
  CHECK(options.train.learning_rate == 0.01);
  CHECK(options.train.seed == 9);
  CHECK_FALSE(options.train.augment);
  CHECK(options.train.device.is_cpu());
}

TEST_CASE("Everything but the data has a default") {
  const auto parsed = parse({"--data", "d"});
  REQUIRE(std::holds_alternative<Options>(parsed));
  CHECK(std::get<Options>(parsed).out == "model");
  CHECK(std::get<Options>(parsed).threads > 0);
  CHECK(std::get<Options>(parsed).train.augment);
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

}  // namespace
}  // namespace numeral
