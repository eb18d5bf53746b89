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

}  // namespace
}  // namespace numeral
