#include "train/evaluation/experiments.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "support/temporary_folder.h"

namespace numeral {
namespace {

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::WithinAbs;

TEST_CASE("Experiments are read with all their seeds") {
  const test::TemporaryFolder folder;
  const auto path = folder.write("experiments.json", R"([
      {"what": "plain", "seeds": [
          {"seed": 1, "validation_accuracy": 0.97, "validation_loss": 0.1},
          {"seed": 2, "validation_accuracy": 0.99, "validation_loss": 0.4}]},
      {"what": "more", "seeds": [{"seed": 3, "validation_accuracy": 1, "validation_loss": 0}]}])");
  const auto experiments = read_experiments(path);
  REQUIRE(experiments);
  REQUIRE(experiments->size() == 2);
  CHECK((*experiments)[0].what == "plain");
  CHECK((*experiments)[0].seeds[1].seed == 2);
  CHECK((*experiments)[0].seeds[1].validation_loss == 0.4);
  CHECK((*experiments)[1].seeds[0].validation_accuracy == 1);
}

TEST_CASE("Mean and deviation are over the seeds, with n - 1") {
  const Experiment two{"", {{1, 0.97, 0.1}, {2, 0.99, 0.4}}};
  CHECK_THAT(spread_of_accuracy(two).mean, WithinAbs(0.98, 1e-12));
  CHECK_THAT(spread_of_accuracy(two).deviation, WithinAbs(0.0141421356, 1e-9));
  CHECK_THAT(spread_of_loss(two).mean, WithinAbs(0.25, 1e-12));
  CHECK(spread_of_accuracy({"", {{1, 0.97, 0.1}}}).deviation == 0);
}

TEST_CASE("What is no list of experiments is refused with the place named") {
  const test::TemporaryFolder folder;
  const auto error_of = [&](const std::string& content) {
    const auto experiments = read_experiments(folder.write("e.json", content));
    return experiments ? "" : experiments.error().message;
  };
  CHECK_THAT(error_of("{"), ContainsSubstring("e.json: expected a JSON list"));
  CHECK_THAT(error_of("{}"), ContainsSubstring("expected a JSON list"));
  CHECK_THAT(error_of("[1]"), ContainsSubstring("experiment 1: expected an object"));
  CHECK_THAT(error_of(R"([{"what": "x", "seeds": []}])"), ContainsSubstring("\"seeds\""));
  CHECK_THAT(error_of(R"([{"what": "x", "seeds": [{"seed": -1}]}])"),
             ContainsSubstring("\"seed\""));
  CHECK_THAT(error_of(R"([{"what": "x", "seeds": [{"seed": 1, "validation_accuracy": 99,
                          "validation_loss": 0}]}])"),
             ContainsSubstring("\"validation_accuracy\" to be a number from 0 to 1"));
  CHECK_THAT(error_of(R"([{"what": "x", "seeds": [{"seed": 1, "validation_accuracy": 0.9}]}])"),
             ContainsSubstring("\"validation_loss\""));
  CHECK_FALSE(read_experiments(folder.path() / "none.json"));
}

}  // namespace
}  // namespace numeral
