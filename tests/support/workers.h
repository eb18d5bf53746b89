#pragma once

#include <chrono>
#include <functional>
#include <thread>
#include <vector>

#include "train/distributed/worker_group.h"

namespace numeral::test {

/// Calls `work` once for each of `count` workers of one process, each in a thread of its own.
inline void run_workers(int count, const std::function<void(const WorkerGroup&)>& work,
                        const Rendezvous& place = {}) {
  ThreadGroup threads(count);
  std::vector<std::jthread> running;
  for (int index = 0; index < count; ++index)
    running.emplace_back([&, index] {
      const ThreadGroup::Membership membership(threads);
      work(WorkerGroup(threads, index, place, torch::kCPU));
    });
}

}  // namespace numeral::test
