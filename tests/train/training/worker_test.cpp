#include "train/training/worker.h"

#include <catch2/catch_test_macros.hpp>

#include "support/workers.h"

namespace numeral {
namespace {

TEST_CASE("All workers compute in the number type of the slowest device", "[worker]") {
  const auto common = [](const std::vector<torch::ScalarType>& own) {
    std::vector<torch::ScalarType> found(own.size());
    test::run_workers(static_cast<int>(own.size()), [&](const WorkerGroup& group) {
      const auto rank = static_cast<std::size_t>(group.rank());
      found[rank] = common_type(own[rank], group);
    });
    for (const torch::ScalarType type : found) CHECK(type == found[0]);
    return found[0];
  };
  for (const torch::ScalarType type : {torch::kFloat32, torch::kFloat16, torch::kBFloat16}) {
    CHECK(common({type}) == type);
    CHECK(common({type, type}) == type);
  }
  CHECK(common({torch::kBFloat16, torch::kFloat16}) == torch::kFloat16);
  CHECK(common({torch::kFloat16, torch::kBFloat16, torch::kBFloat16}) == torch::kFloat16);
  CHECK(common({torch::kBFloat16, torch::kFloat32}) == torch::kFloat32);
  CHECK(common({torch::kFloat16, torch::kFloat32}) == torch::kFloat32);
}

}  // namespace
}  // namespace numeral
