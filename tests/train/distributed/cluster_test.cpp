#include "train/distributed/cluster.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <csignal>
#include <cstdlib>
#include <memory>

#include "support/drawn_dataset.h"
#include "support/idx_files.h"
#include "support/process.h"
#include "train/training/run_checkpoint.h"

namespace numeral {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::ContainsSubstring;
using test::Process;
using test::TemporaryFolder;

/// A port that no other program is given while this lives. Its socket never listens and has
/// SO_REUSEADDR, like libtorch's, so that the program under test can listen there.
class ReservedPort {
 public:
  ReservedPort() {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    socklen_t length = sizeof address;
    const int yes = 1;
    REQUIRE(setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0);
    REQUIRE(bind(socket_, reinterpret_cast<sockaddr*>(&address), length) == 0);
    REQUIRE(getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &length) == 0);
    number_ = ntohs(address.sin_port);
  }
  ~ReservedPort() { close(socket_); }
  ReservedPort(const ReservedPort&) = delete;
  ReservedPort& operator=(const ReservedPort&) = delete;

  int number() const { return number_; }

 private:
  int socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int number_ = 0;
};

/// A small data set, and a folder for the output of each node.
struct Place {
  TemporaryFolder data, out;
  std::string host = "127.0.0.1";
  ReservedPort port;

  Place() {
    for (const auto& [prefix, count] : {std::pair{"train", 300}, std::pair{"t10k", 20}}) {
      const IdxDataset dataset = test::drawn_dataset(count);
      data.write(std::string(prefix) + "-images-idx3-ubyte",
                 test::idx_images(static_cast<std::uint32_t>(count), 28, 28,
                                  {dataset.pixels.begin(), dataset.pixels.end()}));
      data.write(std::string(prefix) + "-labels-idx1-ubyte",
                 test::idx_labels({dataset.labels.begin(), dataset.labels.end()}));
    }
  }

  fs::path folder(int node) const { return out.path() / std::to_string(node); }

  std::vector<std::string> arguments(int node, int nodes, int epochs) const {
    return {"--data",       data.path().string(),
            "--out",        folder(node).string(),
            "--epochs",     std::to_string(epochs),
            "--batch-size", "40",
            "--validation", "100",
            "--threads",    "1",
            "--nodes",      std::to_string(nodes),
            "--node-rank",  std::to_string(node),
            "--rendezvous", "tcp://" + host + ":" + std::to_string(port.number()),
            "--timeout",    "10"};
  }

  std::unique_ptr<Process> start(int node, int nodes, int epochs,
                                 const std::vector<std::string>& more = {}) const {
    std::vector<std::string> all = arguments(node, nodes, epochs);
    all.insert(all.end(), more.begin(), more.end());
    return std::make_unique<Process>("numeral-train", all);
  }
};

TEST_CASE("Ranks are named by node", "[cluster]") {
  CHECK(ranks_of_node(2, 1) == "rank 2");
  CHECK(ranks_of_node(1, 2) == "ranks 2 to 3 (node 1)");
}

TEST_CASE("Four processes train one network, which the first publishes", "[cluster]") {
  const Place place;
  std::vector<std::unique_ptr<Process>> nodes;
  for (int node = 0; node < 4; ++node) nodes.push_back(place.start(node, 4, 2));
  for (const auto& node : nodes) {
    const int status = node->wait();
    INFO(node->errors());
    CHECK(status == 0);
  }
  CHECK(fs::exists(place.folder(0) / "digits.ort"));
  CHECK(load_checkpoint(place.folder(0)).run.epoch == 3);
  CHECK_THAT(nodes[0]->errors(), ContainsSubstring("epoch 2/2"));
  for (const int node : {1, 2, 3}) {
    CHECK(fs::is_empty(place.folder(node)));
    CHECK_THAT(nodes[std::size_t(node)]->errors(), !ContainsSubstring("epoch 2/2"));
  }
}

TEST_CASE("A process that dies or hangs is named by the others, which stop", "[cluster]") {
  // Node 0 keeps the store, so its loss is a case of its own.
  for (const int signal : {SIGKILL, SIGSTOP}) {
    for (const int victim : {2, 0}) {
      const Place place;
      std::vector<std::unique_ptr<Process>> nodes;
      for (int node = 0; node < 3; ++node) nodes.push_back(place.start(node, 3, 10000));
      REQUIRE(nodes[0]->wait_for("epoch 2/"));  // the first one is saved by then
      nodes[std::size_t(victim)]->signal(signal);
      for (const int node : {0, 1, 2}) {
        if (node == victim) continue;
        const int status = nodes[std::size_t(node)]->wait();
        INFO("signal " << signal << " to " << victim << ", node " << node << ": "
                       << nodes[std::size_t(node)]->errors());
        CHECK(status == 1);
        CHECK_THAT(nodes[std::size_t(node)]->errors(),
                   ContainsSubstring("rank " + std::to_string(victim) + " no longer answers"));
      }
      CHECK_NOTHROW(load_checkpoint(place.folder(0)));
    }
  }
}

TEST_CASE("The signal of a broken connection ends no process", "[cluster]") {
  const Place place;
  std::vector<std::unique_ptr<Process>> nodes;
  for (int node = 0; node < 2; ++node) nodes.push_back(place.start(node, 2, 10000));
  REQUIRE(nodes[0]->wait_for("epoch 2/"));
  for (const auto& node : nodes) node->signal(SIGPIPE);
  CHECK(nodes[0]->wait_for("epoch 12/"));
}

TEST_CASE("Nodes with other settings are refused, with the difference", "[cluster]") {
  const Place place;
  const auto first = place.start(0, 2, 2, {"--learning-rate", "0.002"});
  const auto second = place.start(1, 2, 2, {"--learning-rate", "0.001"});
  CHECK(first->wait() == 1);
  CHECK(second->wait() == 1);
  CHECK_THAT(first->errors(), ContainsSubstring("learning-rate: expected 0.002, found 0.001"));
  CHECK_THAT(second->errors(), ContainsSubstring("learning-rate: expected 0.001, found 0.002"));
}

TEST_CASE("A node that does not come is named", "[cluster]") {
  const Place place;
  const auto first = place.start(0, 2, 2, {"--timeout", "5"});
  CHECK(first->wait() == 1);
  CHECK_THAT(first->errors(), ContainsSubstring("rank 1 did not come within 5 s"));
  const auto second = place.start(1, 2, 2, {"--timeout", "5"});
  CHECK(second->wait() == 1);
  CHECK_THAT(second->errors(), ContainsSubstring("node 0 does not answer"));
}

/// Two network namespaces with a cable between them, 10.77.0.1 and 10.77.0.2.
class Networks {
 public:
  Networks() {
    made_ = run("ip netns add " + name(0)) && run("ip netns add " + name(1)) &&
            run("ip link add " + name(0) + " netns " + name(0) + " type veth peer name " + name(1) +
                " netns " + name(1));
    for (const int side : {0, 1})
      made_ = made_ && run(enter(side) + "ip link set lo up") &&
              run(enter(side) + "ip address add 10.77.0." + std::to_string(side + 1) + "/24 dev " +
                  name(side)) &&
              run(enter(side) + "ip link set " + name(side) + " up");
  }
  ~Networks() {
    for (const int side : {0, 1}) run("ip netns delete " + name(side));
  }
  Networks(const Networks&) = delete;
  Networks& operator=(const Networks&) = delete;

  bool made() const { return made_; }

  /// The prefix of a command that is to run on one side.
  std::vector<std::string> on(int side) const {
    return {"nsenter", "--net=/run/netns/" + name(side)};
  }

 private:
  std::string name(int side) const { return "nu" + std::to_string(getpid()) + "ab"[side]; }
  /// `ip -n` would do the same, but fails in a changed root.
  std::string enter(int side) const { return "nsenter --net=/run/netns/" + name(side) + " "; }
  static bool run(const std::string& command) {
    return std::system((command + " 2>/dev/null").c_str()) == 0;
  }

  bool made_ = false;
};

TEST_CASE("Machines in networks of their own train together", "[cluster]") {
  const Networks networks;
  if (!networks.made())
    SKIP("network namespaces cannot be made here, which takes root and iproute2");
  Place place;
  place.host = "10.77.0.1";
  Process first("numeral-train", place.arguments(0, 2, 2), networks.on(0));
  Process second("numeral-train", place.arguments(1, 2, 2), networks.on(1));
  const int status = first.wait();
  INFO(first.errors() << second.errors());
  CHECK(status == 0);
  CHECK(second.wait() == 0);
  CHECK(fs::exists(place.folder(0) / "digits.ort"));
}

TEST_CASE("Ctrl-C on any node stops and saves the run, which resumes from there", "[cluster]") {
  const Place place;
  auto first = place.start(0, 2, 10000), second = place.start(1, 2, 10000);
  REQUIRE(first->wait_for("epoch 1/"));
  second->signal(SIGINT);
  CHECK(first->wait() == 130);
  CHECK(second->wait() == 130);
  CHECK_THAT(first->errors(), ContainsSubstring("to resume: "));
  const Checkpoint stopped = load_checkpoint(place.folder(0));

  first = place.start(0, 2, 10000, {"--resume", place.folder(0).string()});
  second = place.start(1, 2, 10000);
  REQUIRE(first->wait_for("epoch " + std::to_string(stopped.run.epoch) + "/"));
  first->signal(SIGTERM);
  CHECK(first->wait() == 130);
  CHECK(second->wait() == 130);
}

}  // namespace
}  // namespace numeral
