#include "train/distributed/cluster.h"

#include <fmt/format.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include "train/base/first_difference.h"
#include "train/base/torch_error.h"

namespace numeral {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr const char* kVerdict = "verdict";

/// A node counts as lost after so many heartbeats that did not come.
constexpr int kMaxMissedHeartbeats = 5;

milliseconds timeout_of(const ClusterSettings& cluster) {
  return std::chrono::seconds(cluster.timeout_seconds);
}

/// The time between two heartbeats.
milliseconds interval_of(const ClusterSettings& cluster) {
  return std::clamp(timeout_of(cluster) / 50, 100ms, 2000ms);
}

/// The time-out of a collective operation. The rest of the run's time-out is for finding out which
/// node is lost.
milliseconds collective_timeout(const ClusterSettings& cluster) {
  return timeout_of(cluster) * 6 / 10;
}

std::string address_of(const ClusterSettings& cluster) {
  return fmt::format("tcp://{}:{}", cluster.host, cluster.port);
}

c10::intrusive_ptr<c10d::TCPStore> connect(const ClusterSettings& cluster, bool keep) {
  c10d::TCPStoreOptions options;
  options.port = cluster.port;
  options.isServer = keep;
  options.waitWorkers = false;
  options.timeout = timeout_of(cluster);
  options.useLibUV = false;
  return c10::make_intrusive<c10d::TCPStore>(cluster.host, options);
}

/// This machine's own address on the network of `cluster.host`. Sends nothing.
std::string own_address(const ClusterSettings& cluster) {
  addrinfo hints = {};
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* found = nullptr;
  const std::string port = std::to_string(cluster.port);
  if (const int error = getaddrinfo(cluster.host.c_str(), port.c_str(), &hints, &found))
    throw std::runtime_error(fmt::format("{}: the address cannot be found: {}", address_of(cluster),
                                         gai_strerror(error)));
  sockaddr_storage own = {};
  socklen_t length = sizeof own;
  std::string text(NI_MAXHOST, '\0');
  const int probe = socket(found->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const bool known =
      probe >= 0 && ::connect(probe, found->ai_addr, found->ai_addrlen) == 0 &&
      getsockname(probe, reinterpret_cast<sockaddr*>(&own), &length) == 0 &&
      getnameinfo(reinterpret_cast<sockaddr*>(&own), length, text.data(),
                  static_cast<socklen_t>(text.size()), nullptr, 0, NI_NUMERICHOST) == 0;
  if (probe >= 0) close(probe);
  freeaddrinfo(found);
  if (!known) throw std::runtime_error(address_of(cluster) + ": it cannot be reached from here");
  text.resize(text.find('\0'));
  return text;
}

std::string key(const char* what, int node) { return fmt::format("{}/{}", what, node); }

}  // namespace

/// What a node knows of the others. A thread keeps it up to date, over a connection of its own: a
/// call to a store that hangs cannot be cancelled.
struct ClusterNode::Heartbeat {
  const ClusterSettings cluster;
  std::mutex mutex = {};
  bool ended = false;
  bool store_lost = false;
  Clock::time_point latest_round = Clock::now();
  std::vector<std::int64_t> counts = std::vector<std::int64_t>(std::size_t(cluster.nodes));
  std::vector<Clock::time_point> heard =
      std::vector<Clock::time_point>(std::size_t(cluster.nodes), Clock::now());
  std::string verdict = {};

  /// Counts this node's heartbeat up and reads those of the others.
  void round(c10d::Store& store) {
    store.add(key("alive", cluster.node_rank), 1);
    for (int node = 0; node < cluster.nodes; ++node) {
      const std::int64_t count = store.add(key("alive", node), 0);
      const std::lock_guard lock(mutex);
      const auto index = static_cast<std::size_t>(node);
      if (count != counts[index]) heard[index] = Clock::now();
      counts[index] = count;
    }
    const std::string said = store.check({kVerdict}) ? store.get_to_str(kVerdict) : "";
    const std::lock_guard lock(mutex);
    verdict = said;
    latest_round = Clock::now();
  }

  void run(c10d::Store& store) {
    try {
      while (true) {
        round(store);
        std::this_thread::sleep_for(interval_of(cluster));
        const std::lock_guard lock(mutex);
        if (ended) return;
      }
    } catch (const std::exception&) {
      const std::lock_guard lock(mutex);
      store_lost = true;
    }
  }

  /// The node whose heartbeat has stopped, or -1. Without its store, node 0 counts as lost.
  int lost_node() {
    const std::lock_guard lock(mutex);
    const Clock::time_point limit = Clock::now() - kMaxMissedHeartbeats * interval_of(cluster);
    if (store_lost || latest_round < limit) return 0;
    const auto oldest = std::min_element(heard.begin(), heard.end());
    return *oldest < limit ? static_cast<int>(oldest - heard.begin()) : -1;
  }

  std::string said() {
    const std::lock_guard lock(mutex);
    return verdict;
  }
};

ClusterNode::ClusterNode(const ClusterSettings& cluster, int workers)
    : cluster_(cluster),
      workers_(workers),
      store_(connect(cluster, /*keep=*/cluster.node_rank == 0)) {}

ClusterNode::~ClusterNode() {
  if (!heartbeat_) return;
  const std::lock_guard lock(heartbeat_->mutex);
  heartbeat_->ended = true;
}

std::unique_ptr<ClusterNode> ClusterNode::join(const ClusterSettings& cluster, int workers,
                                               const nlohmann::ordered_json& settings) {
  // A connection that a dying node breaks is an error to report. SIGPIPE, which comes with it,
  // would end this process without a word.
  std::signal(SIGPIPE, SIG_IGN);
  std::unique_ptr<ClusterNode> node;
  try {
    node.reset(new ClusterNode(cluster, workers));
  } catch (const std::exception& error) {
    throw std::runtime_error(
        address_of(cluster) + ": " +
        (cluster.node_rank == 0
             ? without_backtrace(error.what())
             : fmt::format("node 0 does not answer there within {} s", cluster.timeout_seconds)));
  }
  try {
    node->agree(settings);
    node->heartbeat_ = std::shared_ptr<Heartbeat>(new Heartbeat{cluster});
    std::thread([heartbeat = node->heartbeat_, store = connect(cluster, false)] {
      heartbeat->run(*store);
    }).detach();
  } catch (const c10::Error& error) {
    throw std::runtime_error(address_of(cluster) + ": " + without_backtrace(error.what()));
  }
  return node;
}

/// Waits for all nodes and compares their settings with this one's.
void ClusterNode::agree(const nlohmann::ordered_json& settings) {
  const auto refuse = [&](const std::string& message) {
    linger();
    throw std::runtime_error(message);
  };
  if (store_->add(key("joined", cluster_.node_rank), 1) > 1)
    refuse(fmt::format("node rank {}: another node has the same", cluster_.node_rank));
  store_->set(key("settings", cluster_.node_rank), settings.dump());
  for (int node = 0; node < cluster_.nodes; ++node) {
    try {
      store_->wait({key("settings", node)}, timeout_of(cluster_));
    } catch (const std::exception&) {
      refuse(fmt::format("{} did not come within {} s", ranks_of_node(node, workers_),
                         cluster_.timeout_seconds));
    }
    const auto theirs = nlohmann::ordered_json::parse(store_->get_to_str(key("settings", node)));
    if (const auto difference = first_difference(settings, theirs))
      refuse(fmt::format("{} was started with other settings than {}: {}",
                         ranks_of_node(node, workers_), ranks_of_node(cluster_.node_rank, workers_),
                         *difference));
  }
}

Rendezvous ClusterNode::rendezvous() const {
  return {cluster_.node_rank, cluster_.nodes,
          c10::make_intrusive<c10d::PrefixStore>("workers", connect(cluster_, false)),
          own_address(cluster_), collective_timeout(cluster_)};
}

std::string ClusterNode::find_lost_node(const std::string& reason) {
  const Clock::time_point deadline =
      Clock::now() + 2 * kMaxMissedHeartbeats * interval_of(cluster_);
  while (Clock::now() < deadline) {
    if (const std::string said = heartbeat_->said(); !said.empty()) return said;
    if (const int node = heartbeat_->lost_node(); node >= 0) {
      const std::string verdict = ranks_of_node(node, workers_) +
                                  " no longer answers; the run has stopped and can be resumed from "
                                  "its last checkpoint";
      if (node > 0) give_up(verdict);
      return verdict;
    }
    std::this_thread::sleep_for(interval_of(cluster_) / 2);
  }
  return reason;
}

void ClusterNode::give_up(const std::string& reason) {
  try {
    if (heartbeat_->said().empty()) store_->set(kVerdict, reason);
    linger();
    // NOLINTNEXTLINE(bugprone-empty-catch): node 0 is gone, so there is nobody to tell.
  } catch (const std::exception&) {
  }
}

/// On node 0: keeps the store open until the other nodes have read it.
void ClusterNode::linger() const {
  if (cluster_.node_rank == 0) std::this_thread::sleep_for(4 * interval_of(cluster_));
}

std::string ranks_of_node(int node, int workers) {
  const int first = node * workers;
  if (workers == 1) return fmt::format("rank {}", first);
  return fmt::format("ranks {} to {} (node {})", first, first + workers - 1, node);
}

}  // namespace numeral
