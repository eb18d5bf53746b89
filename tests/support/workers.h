#pragma once

#include <chrono>
#include <functional>
#include <thread>
#include <torch/csrc/distributed/c10d/HashStore.hpp>
#include <vector>

#include "worker_group.h"

namespace numeral::test {

/// Calls `work` once for each of `count` workers, each in a thread of its own.
inline void run_workers(int count, const std::function<void(const WorkerGroup&)>& work) {
  const MeetingPoint place{c10::make_intrusive<c10d::HashStore>(), "127.0.0.1",
                           std::chrono::seconds(120)};
  std::vector<std::jthread> threads;
  for (int rank = 0; rank < count; ++rank)
    threads.emplace_back([&, rank] { work(WorkerGroup(place, rank, count, torch::kCPU)); });
}

}  // namespace numeral::test
