#include "train/network/moving_average.h"

#include <catch2/catch_test_macros.hpp>

namespace numeral {
namespace {

TEST_CASE("The moving average follows quickly in the first steps, and slowly later", "[ema]") {
  CHECK(ema_decay_at(0.999, 0) == 0.1);
  CHECK(ema_decay_at(0.999, 90) == 0.91);
  CHECK(ema_decay_at(0.999, 1000000) == 0.999);

  Weights average{{"w", "count"}, {torch::zeros({2}), torch::zeros({}, torch::kInt64)}};
  const Weights weights{{"w", "count"}, {torch::ones({2}), torch::full({}, 7, torch::kInt64)}};
  update_ema(average, weights, 0.75, 1000000);
  CHECK(torch::allclose(average.tensors[0], torch::full({2}, 0.25)));
  CHECK(average.tensors[1].item<int>() == 7);
}

}  // namespace
}  // namespace numeral
