#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "core/error.h"
#include "train/training/settings.h"
#include "train/distributed/worker_group.h"

namespace numeral {

/// This machine's part in a run of several (or processes of one). They meet at a key-value store
/// that node 0 keeps (c10d's `TCPStore`), where each says at short intervals that it is alive, so
/// that all know which one is lost when an exchange fails.
class ClusterNode {
 public:
  /// Joins the run and waits for all others. `settings` must be the same on every node. Fails where
  /// a node does not come within the time-out, has other settings or the same rank; the message
  /// names it. From then on the process ignores SIGPIPE.
  static Result<std::unique_ptr<ClusterNode>> join(const Cluster& cluster, int workers,
                                                   const nlohmann::ordered_json& settings);
  ~ClusterNode();
  ClusterNode(const ClusterNode&) = delete;
  ClusterNode& operator=(const ClusterNode&) = delete;

  /// Where one worker of this node meets the others; a new connection for each.
  Rendezvous meeting_point() const;

  /// After an exchange failed with `reason`: who is to blame, as far as can be found out in a
  /// fraction of the time-out. The others hear of it.
  std::string who_is_lost(const std::string& reason);

  /// Tells the other nodes why this one gives up.
  void give_up(const std::string& reason);

 private:
  struct Watch;

  ClusterNode(const Cluster& cluster, int workers);
  Result<void> agree(const nlohmann::ordered_json& settings);
  void linger() const;

  Cluster cluster_;
  int workers_;  ///< of each node
  c10::intrusive_ptr<c10d::Store> store_;
  std::shared_ptr<Watch> watch_;  ///< shared with its thread, which may outlive the node
};

/// The ranks of node `node`, as in "rank 3" or "ranks 2 to 3 (node 1)".
std::string ranks_of_node(int node, int workers);

}  // namespace numeral
