#include "train/network/weights.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <limits>
#include <stdexcept>

#include "train/network/network.h"

namespace numeral {
namespace {

using Catch::Matchers::ContainsSubstring;

TEST_CASE("Weights are set by name and shape, or not at all", "[weights]") {
  torch::nn::Sequential from = make_network(10), to = make_network(10), other = make_network(11);
  set_weights(*to, weights_of(*from));
  const Weights a = weights_of(*from), b = weights_of(*to);
  for (std::size_t i = 0; i < a.tensors.size(); ++i)
    CHECK(torch::equal(a.tensors[i], b.tensors[i]));

  const Weights before = copy_of(weights_of(*other));
  CHECK_THROWS_WITH(set_weights(*other, weights_of(*from)),
                    ContainsSubstring("classify") && ContainsSubstring("expected the shape [11, "));
  for (std::size_t i = 0; i < before.tensors.size(); ++i)
    CHECK(torch::equal(before.tensors[i], weights_of(*other).tensors[i]));

  Weights fewer = copy_of(a);
  fewer.names.pop_back();
  fewer.tensors.pop_back();
  CHECK_THROWS_AS(set_weights(*to, fewer), std::runtime_error);

  Weights doubles = copy_of(a);
  doubles.tensors[0] = doubles.tensors[0].to(torch::kFloat64);
  CHECK_THROWS_WITH(set_weights(*to, doubles),
                    ContainsSubstring("conv1.weight: expected Float, found Double"));
}

TEST_CASE("Weights that are not finite are noticed", "[weights]") {
  Weights weights{{"w"}, {torch::zeros({2})}};
  CHECK(all_finite(weights.tensors));
  weights.tensors[0][1] = std::numeric_limits<float>::quiet_NaN();
  CHECK_FALSE(all_finite(weights.tensors));
}

}  // namespace
}  // namespace numeral
