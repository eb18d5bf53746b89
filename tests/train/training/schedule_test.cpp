#include "train/training/schedule.h"

#include <catch2/catch_test_macros.hpp>
#include <cmath>

namespace numeral {
namespace {

TEST_CASE("The learning rate rises in the first tenth, then falls to 0", "[schedule]") {
  const auto rate = [](double progress) { return one_cycle_learning_rate(0.02, progress); };
  CHECK(rate(0) == 0);
  CHECK(std::abs(rate(0.05) - 0.01) < 1e-12);
  CHECK(std::abs(rate(0.1) - 0.02) < 1e-12);
  CHECK(std::abs(rate(0.55) - 0.01) < 1e-12);
  CHECK(std::abs(rate(1)) < 1e-12);
  for (double progress = 0.1; progress < 0.9; progress += 0.1)
    CHECK(rate(progress) > rate(progress + 0.05));
}

}  // namespace
}  // namespace numeral
