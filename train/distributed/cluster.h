#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "train/distributed/cluster_settings.h"
#include "train/distributed/worker_group.h"

namespace numeral {

/// This machine (or process) in a run of several. The nodes meet at a key-value store that node 0
/// keeps (c10d's TCPStore). Each writes a heartbeat there, so that all know which one is lost when
/// a collective operation fails.
class ClusterNode {
 public:
  /// Joins the run and waits for all other nodes. `settings` must be the same on every node. Throws
  /// std::runtime_error where a node does not come within the time-out, has other settings or the
  /// same rank; the message names it. From then on the process ignores SIGPIPE.
  static std::unique_ptr<ClusterNode> join(const ClusterSettings& cluster, int workers,
                                           const nlohmann::ordered_json& settings);
  ~ClusterNode();
  ClusterNode(const ClusterNode&) = delete;
  ClusterNode& operator=(const ClusterNode&) = delete;

  /// Where this node's first worker meets those of the others. Opens a new connection to the store.
  /// Throws std::runtime_error where node 0 cannot be reached.
  Rendezvous rendezvous() const;

  /// After a collective operation failed with `reason`: which node is lost, as far as a fraction of
  /// the time-out tells, or else `reason`. The other nodes are told.
  std::string find_lost_node(const std::string& reason);

  /// Tells the other nodes why this one stops.
  void give_up(const std::string& reason);

 private:
  struct Heartbeat;

  ClusterNode(const ClusterSettings& cluster, int workers);
  void agree(const nlohmann::ordered_json& settings);
  void linger() const;

  ClusterSettings cluster_;
  int workers_;  ///< of each node
  c10::intrusive_ptr<c10d::Store> store_;
  std::shared_ptr<Heartbeat> heartbeat_;  ///< shared with its thread, which may outlive the node
};

/// The ranks of the workers of `node`, as in "rank 3" or "ranks 2 to 3 (node 1)".
std::string ranks_of_node(int node, int workers);

}  // namespace numeral
