#include "worker_group.h"

#include <catch2/catch_test_macros.hpp>

#include "share.h"
#include "support/workers.h"

namespace numeral {
namespace {

TEST_CASE("Shares are as equal as can be, and make up the whole", "[worker_group]") {
  for (const std::int64_t count : {0, 1, 2, 7, 128}) {
    for (const int size : {1, 2, 3, 5}) {
      std::int64_t next = 0;
      for (int rank = 0; rank < size; ++rank) {
        const Share share = share_of(count, rank, size);
        CHECK(share.first == next);
        CHECK(share.count() >= count / size);
        CHECK(share.count() <= count / size + 1);
        next = share.end;
      }
      CHECK(next == count);
    }
  }
}

TEST_CASE("Workers sum tensors and hear the first one", "[worker_group]") {
  std::vector<torch::Tensor> sums(3);
  std::vector<std::string> heard(3);
  test::run_workers(3, [&](const WorkerGroup& group) {
    const auto rank = static_cast<std::size_t>(group.rank());
    torch::Tensor sum = torch::arange(1000, torch::kFloat32) * float(rank + 1);
    group.sum(sum);
    sums[rank] = sum;
    heard[rank] = rank == 0 ? "the first one's words" : "";
    group.broadcast(heard[rank]);
  });
  for (const torch::Tensor& sum : sums)
    CHECK(torch::equal(sum, torch::arange(1000, torch::kFloat32) * 6));
  CHECK(heard == std::vector<std::string>(3, "the first one's words"));
}

TEST_CASE("A worker alone exchanges nothing", "[worker_group]") {
  const WorkerGroup alone;
  torch::Tensor tensor = torch::ones({3});
  alone.sum(tensor);
  CHECK(torch::equal(tensor, torch::ones({3})));
}

}  // namespace
}  // namespace numeral
