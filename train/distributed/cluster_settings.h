#pragma once

#include <cstdint>
#include <string>

namespace numeral {

/// The machines (nodes) of a distributed run. Worker k of node n has rank n * workers per node + k.
struct ClusterSettings {
  int nodes = 1;
  int node_rank = 0;         ///< of this machine, from 0
  std::string host;          ///< address of node 0, which keeps the key-value store
  std::uint16_t port = 0;    ///< likewise
  int timeout_seconds = 60;  ///< after which a node that does not answer counts as lost
};

}  // namespace numeral
