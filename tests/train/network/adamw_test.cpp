#include "train/network/adamw.h"

#include <catch2/catch_test_macros.hpp>

namespace numeral {
namespace {

TEST_CASE("AdamW on one tensor does what libtorch's does", "[adamw]") {
  torch::manual_seed(1);
  torch::Tensor own = torch::randn({1000});
  torch::Tensor theirs = own.clone().set_requires_grad(true);
  torch::optim::AdamW optimizer({theirs}, torch::optim::AdamWOptions(3e-3).weight_decay(0.02));
  AdamW state = make_adamw(own);
  for (int step = 0; step < 50; ++step) {
    const torch::Tensor gradient = torch::randn({1000});
    theirs.mutable_grad() = gradient.clone();
    optimizer.step();
    adamw_step(state, own, gradient, 3e-3, 0.02);
  }
  CHECK(torch::allclose(own, theirs, 1e-5, 1e-6));
  CHECK(state.steps == 50);
}

}  // namespace
}  // namespace numeral
