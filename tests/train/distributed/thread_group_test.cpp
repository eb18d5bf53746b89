#include "train/distributed/thread_group.h"

#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <thread>

namespace numeral {
namespace {

TEST_CASE("No thread passes before all have arrived, again and again", "[thread_group]") {
  constexpr int kThreads = 4, kWaits = 1000;
  ThreadGroup group(kThreads);
  CHECK(group.size() == kThreads);
  std::atomic<int> arrived = 0, early = 0, failed = 0;
  std::vector<std::jthread> threads;
  for (int index = 0; index < kThreads; ++index)
    threads.emplace_back([&] {
      const ThreadGroup::Membership membership(group);
      try {
        for (int i = 1; i <= kWaits; ++i) {
          ++arrived;
          group.wait();
          if (arrived < i * kThreads) ++early;
        }
      } catch (const WorkerLost&) {
        ++failed;
      }
    });
  threads.clear();
  CHECK(arrived == kThreads * kWaits);
  CHECK(early == 0);
  // The first to end must not make the last wait of the others fail.
  CHECK(failed == 0);
}

TEST_CASE("A wait fails where a thread leaves instead, before or after", "[thread_group]") {
  ThreadGroup group(3);
  const std::jthread leaves([&] {
    const ThreadGroup::Membership membership(group);
    group.wait();
  });
  std::atomic<int> failed = 0;
  std::vector<std::jthread> others;
  for (int index = 0; index < 2; ++index)
    others.emplace_back([&] {
      const ThreadGroup::Membership membership(group);
      group.wait();
      for (int i = 0; i < 2; ++i) try {
          group.wait();
        } catch (const WorkerLost&) {
          ++failed;
        }
    });
  others.clear();
  CHECK(failed == 4);
}

TEST_CASE("A thread alone waits for nobody", "[thread_group]") {
  ThreadGroup group(1);
  CHECK_NOTHROW(group.wait());
}

}  // namespace
}  // namespace numeral
