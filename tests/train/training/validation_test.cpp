#include "train/training/validation.h"

#include <catch2/catch_test_macros.hpp>

namespace numeral {
namespace {

TEST_CASE("The best epoch is the last within one standard error of the highest accuracy",
          "[validation]") {
  const auto epoch = [](int number, double accuracy, double loss) {
    EpochResult result;
    result.epoch = number;
    result.validation_accuracy = accuracy;
    result.validation_loss = loss;
    return result;
  };
  // One standard error is 0.022 with 100 pictures, 0.0022 with 10,000.
  const std::vector<EpochResult> epochs{epoch(1, 0.9, 0.1), epoch(2, 0.95, 0.3),
                                        epoch(3, 0.93, 0.2), epoch(4, 0.9, 0.1)};
  CHECK(best_epoch(epochs, 100).epoch == 3);
  CHECK(best_epoch(epochs, 10'000).epoch == 2);
  CHECK(best_epoch({epoch(1, 0.9, 0.1)}, 100).epoch == 1);
}

TEST_CASE("A run stops early when enough epochs have brought nothing", "[validation]") {
  std::vector<EpochResult> epochs;
  CHECK_FALSE(stops_early(epochs, 1));
  for (const double accuracy : {0.9, 0.95, 0.95, 0.94}) {
    epochs.emplace_back();
    epochs.back().validation_accuracy = accuracy;
  }
  CHECK_FALSE(stops_early(epochs, 0));
  CHECK(stops_early(epochs, 2));
  CHECK_FALSE(stops_early(epochs, 3));
  epochs.back().validation_accuracy = 0.96;
  CHECK_FALSE(stops_early(epochs, 1));
}

}  // namespace
}  // namespace numeral
