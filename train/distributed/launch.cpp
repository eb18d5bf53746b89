#include "train/distributed/launch.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <stdexcept>
#include <string_view>

namespace numeral {
namespace {

constexpr int kMaxProcesses = 100000;
constexpr int kMaxRestarts = 1000000;

/// That of PyTorch.
constexpr int kDefaultPort = 29500;

/// The variables of one launcher. Those that it has not got are null.
struct Names {
  const char* rank;
  const char* size;
  const char* local_rank;
  const char* local_size;
  const char* machines;
  const char* restarts;
  /// It binds each process to processors of its own, which libtorch and we then take for all.
  bool binds;
};

constexpr Names kTorchrun = {
    "RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE", nullptr, "TORCHELASTIC_RESTART_COUNT",
    false};
constexpr Names kOpenMpi = {"OMPI_COMM_WORLD_RANK",
                            "OMPI_COMM_WORLD_SIZE",
                            "OMPI_COMM_WORLD_LOCAL_RANK",
                            "OMPI_COMM_WORLD_LOCAL_SIZE",
                            nullptr,
                            nullptr,
                            true};
constexpr Names kSlurm = {"SLURM_PROCID",
                          "SLURM_NTASKS",
                          "SLURM_LOCALID",
                          nullptr,
                          "SLURM_NNODES",
                          "SLURM_RESTART_COUNT",
                          true};

/// The launcher that has started this process. torchrun goes first: it may itself have been started
/// by one of the others, once a machine.
const Names* launcher(const Environment& environment) {
  for (const Names* names : {&kTorchrun, &kOpenMpi})
    if (environment(names->rank) || environment(names->size)) return names;
  // Inside an allocation SLURM sets the number of tasks for every program.
  return environment(kSlurm.rank) && environment(kSlurm.size) ? &kSlurm : nullptr;
}

[[noreturn]] void refuse(const char* name, const std::string& expected, const char* found) {
  throw std::runtime_error(
      found ? fmt::format("environment variable {}: expected {}, found '{}'", name, expected, found)
            : fmt::format("environment variable {} is missing: expected {}", name, expected));
}

std::optional<int> number_of(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// Reads a number from `low` to `high`. Where the variable is not set, it is `fallback`, or else an
/// error.
int read_number(const Environment& environment, const char* name, int low, int high,
                std::optional<int> fallback = std::nullopt) {
  const char* text = name ? environment(name) : nullptr;
  if (!text && fallback) return *fallback;
  const std::optional<int> number = text ? number_of(text) : std::nullopt;
  if (!number || *number < low || *number > high)
    refuse(name, fmt::format("a number from {} to {}", low, high), text);
  return *number;
}

bool read_flag(const Environment& environment, const char* name) {
  const char* text = environment(name);
  if (!text || text == std::string_view("False")) return false;
  if (text != std::string_view("True")) refuse(name, "True or False", text);
  return true;
}

/// The address of process 0's machine. Where all are on one machine, it need not be given.
std::string read_host(const Environment& environment, bool one_machine) {
  const char* host = environment("MASTER_ADDR");
  if (!host && one_machine) return "127.0.0.1";
  if (!host || !*host) refuse("MASTER_ADDR", "the address of the machine of process 0", host);
  return host;
}

}  // namespace

Launch read_launch(const Environment& environment) {
  const Names* names = launcher(environment);
  if (!names) return {};
  Launch launch;
  launch.launched = true;
  launch.size = read_number(environment, names->size, 1, kMaxProcesses);
  launch.rank = read_number(environment, names->rank, 0, launch.size - 1);
  // A launcher that does not tell how many processes this machine has still numbers them.
  const int local_size = read_number(environment, names->local_size, 1, launch.size, 1);
  const bool tells_local_size = names->local_size && environment(names->local_size);
  launch.local_rank = read_number(environment, names->local_rank, 0,
                                  (tells_local_size ? local_size : launch.size) - 1, 0);
  launch.restarts = read_number(environment, names->restarts, 0, kMaxRestarts, 0);
  if (!names->binds) launch.sharing = local_size;
  if (launch.size == 1) return launch;

  launch.host =
      read_host(environment, local_size == launch.size || read_number(environment, names->machines,
                                                                      1, kMaxProcesses, 2) == 1);
  launch.port =
      static_cast<std::uint16_t>(read_number(environment, "MASTER_PORT", 1, 65535, kDefaultPort));
  launch.store_is_kept = read_flag(environment, "TORCHELASTIC_USE_AGENT_STORE");
  return launch;
}

}  // namespace numeral
