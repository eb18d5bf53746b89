#pragma once

#include <chrono>
#include <string>
#include <torch/csrc/distributed/c10d/Store.hpp>

namespace numeral {

/// Where the processes of a run find each other.
struct Rendezvous {
  int rank = 0;  ///< of this process
  int size = 1;  ///< how many processes there are
  c10::intrusive_ptr<c10d::Store> store = {};
  std::string address = "127.0.0.1";        ///< of this machine, for the others
  std::chrono::milliseconds timeout{1000};  ///< of every collective operation
};

}  // namespace numeral
