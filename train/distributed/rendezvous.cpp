#include "train/distributed/rendezvous.h"

#include <fmt/format.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <c10/util/Logging.h>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include "train/base/first_difference.h"
#include "train/base/torch_error.h"

namespace numeral {
namespace {

using nlohmann::ordered_json;

std::string address_of(const Launch& launch) {
  return fmt::format("{}:{}", launch.host, launch.port);
}

c10::intrusive_ptr<c10d::Store> connect(const Launch& launch, std::chrono::seconds timeout) {
  c10d::TCPStoreOptions options;
  options.port = launch.port;
  options.isServer = launch.rank == 0 && !launch.store_is_kept;
  options.waitWorkers = false;
  options.timeout = timeout;
  options.useLibUV = false;
  try {
    const auto store = c10::make_intrusive<c10d::TCPStore>(launch.host, options);
    // A store that outlives a restart still has the keys of those that have ended.
    return c10::make_intrusive<c10d::PrefixStore>(fmt::format("numeral/{}", launch.restarts),
                                                  store);
  } catch (const std::exception& error) {
    throw std::runtime_error(fmt::format(
        "{}: {}", address_of(launch),
        options.isServer
            ? "the processes cannot meet there: " + without_backtrace(error.what())
            : fmt::format("{} does not answer there within {} s",
                          launch.store_is_kept ? "the launcher" : "process 0", timeout.count())));
  }
}

/// This machine's own address on the network of the store. Sends nothing.
std::string own_address(const Launch& launch) {
  addrinfo hints = {};
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* found = nullptr;
  const std::string port = std::to_string(launch.port);
  if (const int error = getaddrinfo(launch.host.c_str(), port.c_str(), &hints, &found))
    throw std::runtime_error(fmt::format("{}: the address cannot be found: {}", address_of(launch),
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
  if (!known) throw std::runtime_error(address_of(launch) + ": it cannot be reached from here");
  text.resize(text.find('\0'));
  return text;
}

std::string key(const char* what, int rank) { return fmt::format("{}/{}", what, rank); }

/// Waits until all processes have written `what`.
void wait_for_all(c10d::Store& store, const Launch& launch, std::chrono::seconds timeout,
                  const char* what) {
  for (int rank = 0; rank < launch.size; ++rank) try {
      store.wait({key(what, rank)}, timeout);
    } catch (const std::exception&) {
      throw std::runtime_error(
          fmt::format("rank {} did not come within {} s", rank, timeout.count()));
    }
}

/// The first difference between the settings of this process and another's, or "".
std::string difference_to_others(c10d::Store& store, const Launch& launch,
                                 const ordered_json& settings) {
  for (int rank = 0; rank < launch.size; ++rank) {
    const auto theirs = ordered_json::parse(store.get_to_str(key("settings", rank)));
    if (const auto difference = first_difference(settings, theirs))
      return fmt::format("rank {} was started with other settings than rank {}: {}", rank,
                         launch.rank, *difference);
  }
  return "";
}

}  // namespace

Rendezvous meet(const Launch& launch, std::chrono::seconds timeout, const ordered_json& settings) {
  // A connection that a dying process breaks is an error to report. SIGPIPE, which comes with it,
  // would end this one without a word.
  std::signal(SIGPIPE, SIG_IGN);
  // libtorch logs errors that it throws as well, each with a backtrace. Some containers ask for
  // that.
  setenv("TORCH_CPP_LOG_LEVEL", "FATAL", /*overwrite=*/1);
  c10::initLogging();
  const c10::intrusive_ptr<c10d::Store> store = connect(launch, timeout);
  try {
    store->set(key("settings", launch.rank), settings.dump());
    wait_for_all(*store, launch, timeout, "settings");
    const std::string difference = difference_to_others(*store, launch, settings);
    // The store must last until all have read it.
    store->set(key("compared", launch.rank), std::string("yes"));
    if (launch.rank == 0) wait_for_all(*store, launch, timeout, "compared");
    if (!difference.empty()) throw std::runtime_error(difference);
  } catch (const c10::Error& error) {
    throw std::runtime_error(address_of(launch) + ": " + without_backtrace(error.what()));
  }
  return {launch.rank, launch.size, store, own_address(launch), timeout};
}

}  // namespace numeral
