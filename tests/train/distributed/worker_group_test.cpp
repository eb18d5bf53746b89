#include "train/distributed/worker_group.h"

#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <torch/csrc/distributed/c10d/HashStore.hpp>

#include "train/base/shard.h"
#include "support/workers.h"

namespace numeral {
namespace {

TEST_CASE("Shares are as equal as can be, and make up the whole", "[worker_group]") {
  for (const std::int64_t count : {0, 1, 2, 7, 128}) {
    for (const int size : {1, 2, 3, 5}) {
      std::int64_t next = 0;
      for (int rank = 0; rank < size; ++rank) {
        const Shard share = shard_of(count, rank, size);
        CHECK(share.first == next);
        CHECK(share.count() >= count / size);
        CHECK(share.count() <= count / size + 1);
        next = share.end;
      }
      CHECK(next == count);
    }
  }
}

/// What every worker has after the exchanges of `nodes` nodes of `threads` threads each.
struct Exchanged {
  std::vector<torch::Tensor> sums;
  std::vector<std::string> heard;
  std::vector<int> sizes;   ///< of the group, as each sees it
  std::vector<char> first;  ///< whether it takes itself for the first
};

Exchanged exchange(int nodes, int threads) {
  Exchanged result;
  const auto size = static_cast<std::size_t>(nodes) * static_cast<std::size_t>(threads);
  result.sums.resize(size);
  result.heard.resize(size);
  result.sizes.resize(size);
  result.first.resize(size);
  const auto store = c10::make_intrusive<c10d::HashStore>();
  std::vector<std::jthread> running;
  for (int node = 0; node < nodes; ++node)
    running.emplace_back([&, node] {
      const auto work = [&](const WorkerGroup& group) {
        const auto rank = static_cast<std::size_t>(group.rank());
        result.sizes[rank] = group.size();
        result.first[rank] = group.is_first();
        for (int round = 1; round <= 50; ++round) {
          torch::Tensor sum = torch::arange(1001, torch::kFloat32) * float(rank + 1) * round;
          group.sum(sum);
          result.sums[rank] = sum;
        }
        result.heard[rank] = rank == 0 ? "the first one's words" : "";
        group.broadcast(result.heard[rank]);
      };
      test::run_workers(threads, work,
                        {node, nodes, store, "127.0.0.1", std::chrono::seconds(120)});
    });
  running.clear();
  return result;
}

TEST_CASE("Workers sum tensors and hear the first one, threads and nodes", "[worker_group]") {
  for (const auto& [nodes, threads] : {std::pair{1, 2}, {1, 3}, {3, 1}, {2, 2}, {2, 3}}) {
    INFO(nodes << " nodes of " << threads << " threads");
    const Exchanged exchanged = exchange(nodes, threads);
    const int size = nodes * threads;
    const torch::Tensor expected =
        torch::arange(1001, torch::kFloat32) * float(size * (size + 1) / 2 * 50);
    for (std::size_t rank = 0; rank < std::size_t(size); ++rank) {
      CHECK(exchanged.sizes[rank] == size);
      CHECK(bool(exchanged.first[rank]) == (rank == 0));
    }
    for (const torch::Tensor& sum : exchanged.sums) CHECK(torch::equal(sum, expected));
    for (const std::string& words : exchanged.heard) CHECK(words == "the first one's words");
  }
}

TEST_CASE("Every worker has the same bits, with fewer values than workers too", "[worker_group]") {
  for (const std::int64_t count : {1, 2, 7, 1001}) {
    std::vector<torch::Tensor> sums(3);
    test::run_workers(3, [&](const WorkerGroup& group) {
      torch::Tensor sum = (torch::arange(count, torch::kFloat32) + 1) / (0.7 + group.rank());
      group.sum(sum);
      sums[static_cast<std::size_t>(group.rank())] = sum;
    });
    CHECK(torch::equal(sums[0], sums[1]));
    CHECK(torch::equal(sums[0], sums[2]));
  }
}

TEST_CASE("Workers left alone in an exchange are told, by threads and by nodes", "[worker_group]") {
  const auto store = c10::make_intrusive<c10d::HashStore>();
  for (const int nodes : {1, 2}) {
    std::atomic<int> told = 0;
    std::vector<std::jthread> running;
    for (int node = 0; node < nodes; ++node)
      running.emplace_back([&, node] {
        const auto work = [&](const WorkerGroup& group) {
          if (group.rank() == 1) return;  // gives up
          torch::Tensor sum = torch::ones({3});
          try {
            group.sum(sum);
          } catch (const WorkerLost&) {
            ++told;
          }
        };
        test::run_workers(2, work, {node, nodes, store, "127.0.0.1", std::chrono::seconds(2)});
      });
    running.clear();
    CHECK(told == 2 * nodes - 1);
  }
}

TEST_CASE("A worker alone exchanges nothing", "[worker_group]") {
  const WorkerGroup alone;
  torch::Tensor tensor = torch::ones({3});
  alone.sum(tensor);
  CHECK(torch::equal(tensor, torch::ones({3})));
}

}  // namespace
}  // namespace numeral
