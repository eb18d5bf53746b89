#include "train/distributed/rendezvous.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <thread>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#include <vector>

#include "support/reserved_port.h"

namespace numeral {
namespace {

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::Equals;
using nlohmann::ordered_json;
using std::chrono::seconds;
using test::ReservedPort;

Launch launch_at(const ReservedPort& port, int rank, int size) {
  Launch launch;
  launch.launched = true;
  launch.rank = rank;
  launch.size = size;
  launch.host = "127.0.0.1";
  launch.port = static_cast<std::uint16_t>(port.number());
  return launch;
}

/// Lets processes (threads here) meet. What each finds, or the error that it has.
struct Met {
  std::vector<Rendezvous> places;
  std::vector<std::string> errors;
};

Met meet_all(const std::vector<Launch>& launches, const std::vector<ordered_json>& settings,
             seconds timeout) {
  Met met;
  met.places.resize(launches.size());
  met.errors.resize(launches.size());
  std::vector<std::jthread> processes;
  for (std::size_t i = 0; i < launches.size(); ++i)
    processes.emplace_back([&, i] {
      try {
        met.places[i] = meet(launches[i], timeout, settings[i]);
      } catch (const std::exception& error) {
        met.errors[i] = error.what();
      }
    });
  processes.clear();
  return met;
}

TEST_CASE("Processes meet at a store that they then share", "[rendezvous]") {
  const ReservedPort port;
  const ordered_json settings = {{"epochs", 3}};
  const Met met = meet_all({launch_at(port, 0, 3), launch_at(port, 1, 3), launch_at(port, 2, 3)},
                           {settings, settings, settings}, seconds(60));
  for (std::size_t rank = 0; rank < 3; ++rank) {
    CHECK_THAT(met.errors[rank], Equals(""));
    CHECK(met.places[rank].rank == int(rank));
    CHECK(met.places[rank].size == 3);
    CHECK(met.places[rank].address == "127.0.0.1");
  }
  met.places[2].store->set("word", std::string("heard"));
  CHECK(met.places[0].store->get_to_str("word") == "heard");
  CHECK(met.places[1].store->get_to_str("word") == "heard");
}

TEST_CASE("A process with other settings is refused by all, with the difference", "[rendezvous]") {
  const ReservedPort port;
  const ordered_json settings = {{"epochs", 3}}, other = {{"epochs", 4}};
  const Met met = meet_all({launch_at(port, 0, 3), launch_at(port, 1, 3), launch_at(port, 2, 3)},
                           {settings, settings, other}, seconds(60));
  for (const std::size_t rank : {0, 1})
    CHECK_THAT(met.errors[rank],
               ContainsSubstring("rank 2 was started with other settings than rank " +
                                 std::to_string(rank) + ": epochs: expected 3, found 4"));
  CHECK_THAT(met.errors[2], ContainsSubstring("rank 0 was started with other settings than rank 2: "
                                              "epochs: expected 4, found 3"));
}

TEST_CASE("A process that does not come is named", "[rendezvous]") {
  const ReservedPort port;
  CHECK_THAT(meet_all({launch_at(port, 0, 2)}, {{}}, seconds(1)).errors[0],
             Equals("rank 1 did not come within 1 s"));
  CHECK_THAT(meet_all({launch_at(port, 1, 2)}, {{}}, seconds(1)).errors[0],
             Equals("127.0.0.1:" + std::to_string(port.number()) +
                    ": process 0 does not answer there within 1 s"));
}

TEST_CASE("A port that another program listens at is named", "[rendezvous]") {
  const ReservedPort port;
  c10d::TCPStoreOptions options;
  options.port = static_cast<std::uint16_t>(port.number());
  options.isServer = true;
  options.waitWorkers = false;
  options.useLibUV = false;
  const c10d::TCPStore other("127.0.0.1", options);
  CHECK_THAT(
      meet_all({launch_at(port, 0, 2)}, {{}}, seconds(1)).errors[0],
      ContainsSubstring(std::to_string(port.number()) + ": the processes cannot meet there: ") &&
          !ContainsSubstring("\n"));
}

TEST_CASE("A store that the launcher keeps serves one start of the processes after the other",
          "[rendezvous]") {
  const ReservedPort port;
  std::vector<Launch> launches = {launch_at(port, 0, 2), launch_at(port, 1, 2)};
  for (Launch& launch : launches) launch.store_is_kept = true;
  CHECK_THAT(meet_all(launches, {{}, {}}, seconds(1)).errors[0],
             ContainsSubstring("the launcher does not answer there within 1 s"));

  c10d::TCPStoreOptions options;
  options.port = static_cast<std::uint16_t>(port.number());
  options.isServer = true;
  options.waitWorkers = false;
  options.useLibUV = false;
  const c10d::TCPStore store("127.0.0.1", options);
  for (int restarts = 0; restarts < 2; ++restarts) {
    for (Launch& launch : launches) launch.restarts = restarts;
    const ordered_json settings = {{"restarts", restarts}};
    const Met met = meet_all(launches, {settings, settings}, seconds(60));
    CHECK_THAT(met.errors[0], Equals(""));
    CHECK_THAT(met.errors[1], Equals(""));
  }
}

}  // namespace
}  // namespace numeral
