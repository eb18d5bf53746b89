#include "train/network/moving_average.h"

#include <catch2/catch_test_macros.hpp>

namespace numeral {
namespace {

TEST_CASE("The moving average follows quickly in the first steps, and slowly later", "[ema]") {
  CHECK(ema_decay_at(0.999, 0) == 0.1);
  CHECK(ema_decay_at(0.999, 90) == 0.91);
  CHECK(ema_decay_at(0.999, 1000000) == 0.999);

  torch::Tensor average = torch::zeros({2});
  update_ema(average, torch::ones({2}), 0.75, 1000000);
  CHECK(torch::allclose(average, torch::full({2}, 0.25)));
}

}  // namespace
}  // namespace numeral
