#pragma once

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <torch/csrc/distributed/c10d/Store.hpp>

#include "train/distributed/launch.h"

namespace numeral {

/// Where the processes of a run find each other.
struct Rendezvous {
  int rank = 0;  ///< of this process
  int size = 1;  ///< how many processes there are
  c10::intrusive_ptr<c10d::Store> store = {};
  std::string address = "127.0.0.1";        ///< of this machine, for the others
  std::chrono::milliseconds timeout{1000};  ///< of every collective operation
};

/// Meets the other processes of a launch at their key-value store, c10d's TCPStore. `settings` must
/// be the same on all of them. Throws std::runtime_error where a process does not come within the
/// time-out or has other settings; the message names it. From then on this process ignores SIGPIPE,
/// and libtorch logs nothing but what is fatal.
Rendezvous meet(const Launch& launch, std::chrono::seconds timeout,
                const nlohmann::ordered_json& settings);

}  // namespace numeral
