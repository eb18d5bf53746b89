#include "train/distributed/worker_group.h"

#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <torch/csrc/distributed/c10d/HashStore.hpp>

#include "support/workers.h"
#include "train/base/shard.h"

namespace numeral {
namespace {

TEST_CASE("Shards differ by at most one, and make up the whole", "[worker_group]") {
  for (const std::int64_t count : {0, 1, 2, 7, 128}) {
    for (const int size : {1, 2, 3, 5}) {
      std::int64_t next = 0;
      for (int rank = 0; rank < size; ++rank) {
        const Shard shard = shard_of(count, rank, size);
        CHECK(shard.first == next);
        CHECK(shard.count() >= count / size);
        CHECK(shard.count() <= count / size + 1);
        next = shard.end;
      }
      CHECK(next == count);
    }
  }
}

/// Values enough for the workers to sum them in shards, or so few that each sums all.
constexpr std::int64_t kMany = 10001, kFew = 1001;

/// What every worker has after the collective operations of `processes` processes of `threads`
/// threads.
struct Exchanged {
  std::vector<torch::Tensor> sums;
  std::vector<std::string> received;
  std::vector<int> sizes;   ///< of the group, as each sees it
  std::vector<char> first;  ///< whether it takes itself for the first
};

Exchanged exchange(int processes, int threads, std::int64_t values) {
  Exchanged result;
  const auto size = static_cast<std::size_t>(processes) * static_cast<std::size_t>(threads);
  result.sums.resize(size);
  result.received.resize(size);
  result.sizes.resize(size);
  result.first.resize(size);
  const auto store = c10::make_intrusive<c10d::HashStore>();
  std::vector<std::jthread> running;
  for (int process = 0; process < processes; ++process)
    running.emplace_back([&, process] {
      const auto work = [&](const WorkerGroup& group) {
        const auto rank = static_cast<std::size_t>(group.rank());
        result.sizes[rank] = group.size();
        result.first[rank] = group.is_first();
        for (int round = 1; round <= 50; ++round) {
          torch::Tensor sum = torch::arange(values, torch::kFloat32) * float(rank + 1) * round;
          group.all_reduce(sum);
          result.sums[rank] = sum;
        }
        result.received[rank] = rank == 0 ? "the first one's bytes" : "";
        group.broadcast(result.received[rank]);
        group.close();
      };
      test::run_workers(threads, work,
                        {process, processes, store, "127.0.0.1", std::chrono::seconds(120)});
    });
  running.clear();
  return result;
}

TEST_CASE("Workers reduce tensors and receive the first one's bytes, by threads and processes",
          "[worker_group][gloo]") {
  const std::int64_t values = GENERATE(kMany, kFew);
  for (const auto& [processes, threads] : {std::pair{1, 2}, {1, 3}, {3, 1}, {2, 2}, {2, 3}}) {
    INFO(processes << " processes of " << threads << " threads, " << values << " values");
    const Exchanged exchanged = exchange(processes, threads, values);
    const int size = processes * threads;
    const torch::Tensor expected =
        torch::arange(values, torch::kFloat32) * float(size * (size + 1) / 2 * 50);
    for (std::size_t rank = 0; rank < std::size_t(size); ++rank) {
      CHECK(exchanged.sizes[rank] == size);
      CHECK(bool(exchanged.first[rank]) == (rank == 0));
    }
    for (const torch::Tensor& sum : exchanged.sums) CHECK(torch::equal(sum, expected));
    for (const std::string& bytes : exchanged.received) CHECK(bytes == "the first one's bytes");
  }
}

TEST_CASE("Every worker gets the same bits, with fewer values than workers too", "[worker_group]") {
  for (const std::int64_t count : {std::int64_t(1), std::int64_t(2), kFew, kMany}) {
    std::vector<torch::Tensor> sums(3);
    test::run_workers(3, [&](const WorkerGroup& group) {
      torch::Tensor sum = (torch::arange(count, torch::kFloat32) + 1) / (0.7 + group.rank());
      group.all_reduce(sum);
      sums[static_cast<std::size_t>(group.rank())] = sum;
    });
    const auto of = [&](double rank) {
      return (torch::arange(count, torch::kFloat32) + 1) / (0.7 + rank);
    };
    CHECK(torch::equal(sums[0], of(0) + of(1) + of(2)));  // in the order of the ranks
    CHECK(torch::equal(sums[0], sums[1]));
    CHECK(torch::equal(sums[0], sums[2]));
  }
}

TEST_CASE("An all-reduce fails for the others where a worker is gone, by threads and by processes",
          "[worker_group][gloo]") {
  const std::int64_t values = GENERATE(kMany, kFew);
  const auto store = c10::make_intrusive<c10d::HashStore>();
  for (const int processes : {1, 2}) {
    std::atomic<int> failed = 0;
    std::vector<std::jthread> running;
    for (int process = 0; process < processes; ++process)
      running.emplace_back([&, process] {
        const auto work = [&](const WorkerGroup& group) {
          if (group.rank() == 1) return;  // gives up
          torch::Tensor sum = torch::ones({values});
          try {
            group.all_reduce(sum);
          } catch (const WorkerLost&) {
            ++failed;
          }
        };
        test::run_workers(2, work,
                          {process, processes, store, "127.0.0.1", std::chrono::seconds(2)});
      });
    running.clear();
    CHECK(failed == 2 * processes - 1);
  }
}

TEST_CASE("An all-reduce of a worker alone changes nothing", "[worker_group]") {
  const WorkerGroup alone;
  torch::Tensor tensor = torch::ones({3});
  alone.all_reduce(tensor);
  CHECK(torch::equal(tensor, torch::ones({3})));
}

}  // namespace
}  // namespace numeral
