#include "train/distributed/cluster.h"

#include <fmt/format.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <mutex>
#include <thread>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include "train/base/torch_error.h"

namespace numeral {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr const char* kVerdict = "verdict";

/// A node that has not been heard of for so many intervals is lost.
constexpr int kMissedIntervals = 5;

/// How often a node says that it is alive.
milliseconds interval_of(const Cluster& cluster) {
  return std::clamp(milliseconds(cluster.timeout) / 50, 100ms, 2000ms);
}

/// The time that an exchange may take. It leaves enough of the time-out to find out who is lost.
milliseconds exchange_timeout(const Cluster& cluster) {
  return milliseconds(cluster.timeout) * 6 / 10;
}

c10::intrusive_ptr<c10d::TCPStore> connect(const Cluster& cluster, bool keep) {
  c10d::TCPStoreOptions options;
  options.port = cluster.port;
  options.isServer = keep;
  options.waitWorkers = false;
  options.timeout = cluster.timeout;
  options.useLibUV = false;
  return c10::make_intrusive<c10d::TCPStore>(cluster.host, options);
}

/// The address of this machine from which `cluster.host` is reached. Nothing is sent.
Result<std::string> own_address(const Cluster& cluster) {
  addrinfo hints = {};
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* found = nullptr;
  const std::string port = std::to_string(cluster.port);
  if (const int error = getaddrinfo(cluster.host.c_str(), port.c_str(), &hints, &found))
    return fail(fmt::format("--rendezvous: the address of '{}' cannot be found: {}", cluster.host,
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
  if (!known) return fail("--rendezvous: there is no way from here to '" + cluster.host + "'");
  text.resize(text.find('\0'));
  return text;
}

std::string key(const char* what, int node) { return fmt::format("{}/{}", what, node); }

}  // namespace

/// What a node knows of the others. A thread of its own keeps it up to date, with a connection of
/// its own, because a call to a store that hangs cannot be ended.
struct ClusterNode::Watch {
  const Cluster cluster;
  std::mutex mutex = {};
  bool ended = false;
  bool store_lost = false;
  Clock::time_point latest_round = Clock::now();
  std::vector<std::int64_t> counts = std::vector<std::int64_t>(std::size_t(cluster.nodes));
  std::vector<Clock::time_point> heard =
      std::vector<Clock::time_point>(std::size_t(cluster.nodes), Clock::now());
  std::string verdict = {};

  /// Says that this node is alive, and looks after the others.
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

  /// The node that has not been heard of for too long, or -1.
  int lost_node() {
    const std::lock_guard lock(mutex);
    const Clock::time_point limit = Clock::now() - kMissedIntervals * interval_of(cluster);
    if (store_lost || latest_round < limit) return 0;
    const auto oldest = std::min_element(heard.begin(), heard.end());
    return *oldest < limit ? static_cast<int>(oldest - heard.begin()) : -1;
  }

  std::string said() {
    const std::lock_guard lock(mutex);
    return verdict;
  }
};

ClusterNode::ClusterNode(const Cluster& cluster, int workers)
    : cluster_(cluster),
      workers_(workers),
      store_(connect(cluster, /*keep=*/cluster.node_rank == 0)) {}

ClusterNode::~ClusterNode() {
  if (!watch_) return;
  const std::lock_guard lock(watch_->mutex);
  watch_->ended = true;
}

Result<std::unique_ptr<ClusterNode>> ClusterNode::join(const Cluster& cluster, int workers,
                                                       const nlohmann::ordered_json& settings) {
  // A node that dies breaks its connections. That is an error to report; unless it is ignored, the
  // signal that comes with it would end this node as well, without a word.
  std::signal(SIGPIPE, SIG_IGN);
  std::unique_ptr<ClusterNode> node;
  try {
    node.reset(new ClusterNode(cluster, workers));
    if (auto agreed = node->agree(settings); !agreed) {
      node->linger();
      return tl::unexpected(agreed.error());
    }
    node->watch_ = std::shared_ptr<Watch>(new Watch{cluster});
    std::thread([watch = node->watch_, store = connect(cluster, false)] {
      watch->run(*store);
    }).detach();
  } catch (const std::exception& error) {
    const std::string place = fmt::format("--rendezvous tcp://{}:{}", cluster.host, cluster.port);
    if (node || cluster.node_rank == 0) return fail(place + ": " + without_backtrace(error.what()));
    return fail(fmt::format("{}: node 0 does not answer there within {} s", place,
                            cluster.timeout.count()));
  }
  return node;
}

/// Waits for all nodes, and compares their settings with this one's.
Result<void> ClusterNode::agree(const nlohmann::ordered_json& settings) {
  if (store_->add(key("joined", cluster_.node_rank), 1) > 1)
    return fail(fmt::format("--node-rank {}: another node has this rank", cluster_.node_rank));
  store_->set(key("settings", cluster_.node_rank), settings.dump());
  for (int node = 0; node < cluster_.nodes; ++node) {
    try {
      store_->wait({key("settings", node)}, cluster_.timeout);
    } catch (const std::exception&) {
      return fail(fmt::format("{} did not come within {} s", ranks_of_node(node, workers_),
                              cluster_.timeout.count()));
    }
    const auto theirs = nlohmann::ordered_json::parse(store_->get_to_str(key("settings", node)));
    if (const auto difference = first_difference(settings, theirs))
      return fail(fmt::format("{} was started with other settings than {}: {}",
                              ranks_of_node(node, workers_),
                              ranks_of_node(cluster_.node_rank, workers_), *difference));
  }
  return {};
}

Rendezvous ClusterNode::meeting_point() const {
  const Result<std::string> address = own_address(cluster_);
  if (!address) throw std::runtime_error(address.error().message);
  return {cluster_.node_rank, cluster_.nodes,
          c10::make_intrusive<c10d::PrefixStore>("workers", connect(cluster_, false)), *address,
          exchange_timeout(cluster_)};
}

std::string ClusterNode::who_is_lost(const std::string& reason) {
  const Clock::time_point deadline = Clock::now() + 2 * kMissedIntervals * interval_of(cluster_);
  while (Clock::now() < deadline) {
    if (const std::string said = watch_->said(); !said.empty()) return said;
    if (const int node = watch_->lost_node(); node >= 0) {
      const std::string verdict = ranks_of_node(node, workers_) +
                                  " no longer answers; the run has stopped, and goes on from its "
                                  "last checkpoint with --resume";
      if (node > 0) give_up(verdict);
      return verdict;
    }
    std::this_thread::sleep_for(interval_of(cluster_) / 2);
  }
  return reason;
}

void ClusterNode::give_up(const std::string& reason) {
  try {
    if (watch_->said().empty()) store_->set(kVerdict, reason);
    linger();
  } catch (const std::exception&) {
    // Node 0 is gone, so there is nobody to tell.
  }
}

/// Keeps the store open, where it is this node's, until the others have read it.
void ClusterNode::linger() const {
  if (cluster_.node_rank == 0) std::this_thread::sleep_for(4 * interval_of(cluster_));
}

std::string ranks_of_node(int node, int workers) {
  const int first = node * workers;
  if (workers == 1) return fmt::format("rank {}", first);
  return fmt::format("ranks {} to {} (node {})", first, first + workers - 1, node);
}

}  // namespace numeral
