// Runs of numeral-train in several processes, as a launcher starts them.

// torch first: it defines a CHECK of its own, which Catch's replaces.
#include <torch/torch.h>
//
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include "support/checkpoint.h"
#include "support/process.h"
#include "support/reserved_port.h"
#include "support/training_run.h"
#include "train/training/run_checkpoint.h"

namespace numeral {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::ContainsSubstring;
using test::Process;
using test::ReservedPort;
using test::small_run;
using test::TemporaryFolder;

using Words = std::vector<std::string>;

/// For a whole run of several processes on a busy machine.
constexpr std::chrono::minutes kLimit(5);

/// A small data set, a folder for the output, and where the processes meet.
struct Place {
  TemporaryFolder data, out;
  std::string host = "127.0.0.1";
  ReservedPort port;

  Place() {
    test::write_dataset(data, "train", 300);
    test::write_dataset(data, "t10k", 20);
  }

  fs::path folder() const { return out.path() / "model"; }

  Words arguments(int epochs, const Words& more = {}) const {
    Words words = small_run(data, folder(), epochs);
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }

  /// The command that runs another one as a process of a launch.
  Words environment(int rank, int size) const {
    return {"env",
            "RANK=" + std::to_string(rank),
            "LOCAL_RANK=" + std::to_string(rank),
            "WORLD_SIZE=" + std::to_string(size),
            "LOCAL_WORLD_SIZE=" + std::to_string(size),
            "MASTER_ADDR=" + host,
            "MASTER_PORT=" + std::to_string(port.number())};
  }

  std::unique_ptr<Process> start(int rank, int size, int epochs, const Words& more = {}) const {
    return std::make_unique<Process>("numeral-train", arguments(epochs, more),
                                     environment(rank, size));
  }

  /// Trains in one process with as many workers, in a folder of its own. Returns where it ended.
  Checkpoint train_in_one_process(int workers, int epochs) const {
    const fs::path own = out.path() / "one-process";
    std::string devices = "cpu";
    for (int i = 1; i < workers; ++i) devices += ",cpu";
    Words words = small_run(data, own, epochs);
    for (const std::string& word :
         {std::string("--devices"), devices, std::string("--threads"), std::to_string(workers)})
      words.push_back(word);
    Process process("numeral-train", words);
    REQUIRE(process.wait(kLimit) == 0);
    return load_checkpoint(own);
  }
};

/// The command that runs another one in `processes` processes. Debian builds libtorch without the
/// library that torchrun's own store needs, so they meet first in a file.
Words torchrun(const Place& place, int processes, int restarts) {
  return {"env",
          "TORCH_DISABLE_SHARE_RDZV_TCP_STORE=1",
          "torchrun",
          "--no-python",
          "--rdzv-backend",
          "c10d",
          "--rdzv-endpoint",
          (place.out.path() / "rendezvous").string(),
          "--rdzv-conf",
          "store_type=file",
          "--nproc-per-node",
          std::to_string(processes),
          "--max-restarts",
          std::to_string(restarts)};
}

std::string content_of_proc(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// The id of the process of rank `rank` whose arguments name `folder`, or 0.
int find_process(const fs::path& folder, int rank) {
  const std::string variable = '\0' + ("RANK=" + std::to_string(rank)) + '\0';
  for (const fs::directory_entry& entry : fs::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const std::string arguments = content_of_proc(entry.path() / "cmdline");
    const std::string environment = '\0' + content_of_proc(entry.path() / "environ");
    if (arguments.find(folder.string()) != std::string::npos &&
        environment.find(variable) != std::string::npos)
      return std::stoi(name);
  }
  return 0;
}

bool same_weights(const Checkpoint& a, const Checkpoint& b) {
  return test::same_weights(a.replica.weights, b.replica.weights) &&
         test::same_weights(a.replica.averaged, b.replica.averaged) &&
         test::same_weights(a.run.best, b.run.best);
}

TEST_CASE("torchrun: two processes end where one with two workers does, bit for bit",
          "[processes][torchrun]") {
  const Place place;
  Process run("numeral-train", place.arguments(2), torchrun(place, 2, 0));
  const int status = run.wait(kLimit);
  INFO(run.errors());
  REQUIRE(status == 0);
  CHECK(fs::exists(place.folder() / "digits.ort"));
  CHECK_THAT(run.errors(), ContainsSubstring("rank 0: epoch 2/2"));
  CHECK_THAT(run.errors(), !ContainsSubstring("rank 1:"));
  CHECK(same_weights(load_checkpoint(place.folder()), place.train_in_one_process(2, 2)));
}

TEST_CASE("torchrun: four processes end where one with four workers does, but for rounding",
          "[processes][torchrun]") {
  const Place place;
  Process run("numeral-train", place.arguments(1), torchrun(place, 4, 0));
  const int status = run.wait(kLimit);
  INFO(run.errors());
  REQUIRE(status == 0);
  const Weights together = load_checkpoint(place.folder()).replica.weights;
  const Weights alone = place.train_in_one_process(4, 1).replica.weights;
  REQUIRE(together.tensors.size() == alone.tensors.size());
  for (std::size_t i = 0; i < alone.tensors.size(); ++i)
    CHECK(torch::allclose(together.tensors[i], alone.tensors[i], 1e-2, 1e-3));
}

TEST_CASE("torchrun: after a process was killed the run goes on from its last checkpoint",
          "[processes][torchrun]") {
  constexpr int kEpochs = 40;
  const Place place;
  Process run("numeral-train", place.arguments(kEpochs), torchrun(place, 2, 1));
  REQUIRE(run.wait_for("epoch 2/"));
  const int victim = find_process(place.folder(), 1);
  REQUIRE(victim > 0);
  kill(victim, SIGKILL);
  const int status = run.wait(kLimit);
  INFO(run.errors());
  REQUIRE(status == 0);
  CHECK_THAT(run.errors(), ContainsSubstring("rank 0: resuming from"));
  CHECK(same_weights(load_checkpoint(place.folder()), place.train_in_one_process(2, kEpochs)));
}

TEST_CASE("A run that is started anew does not go on with an earlier one of its folder",
          "[processes]") {
  const Place place;
  Process earlier("numeral-train", place.arguments(1, {"--seed", "2"}));
  REQUIRE(earlier.wait() == 0);
  const Words launch = {"env", "RANK=0", "WORLD_SIZE=1"};
  Process killed("numeral-train", place.arguments(10000), launch);
  REQUIRE(killed.wait_for("training"));
  // The first checkpoint is there before the first step.
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (load_checkpoint(place.folder()).settings["seed"] != 1)
    REQUIRE(std::chrono::steady_clock::now() < deadline);
  killed.signal(SIGKILL);
  killed.wait();
  Process again("numeral-train", place.arguments(10000),
                {"env", "RANK=0", "WORLD_SIZE=1", "TORCHELASTIC_RESTART_COUNT=1"});
  CHECK(again.wait_for("resuming from"));
}

TEST_CASE("Processes of a launcher that keeps the store meet there", "[processes]") {
  const Place place;
  c10d::TCPStoreOptions options;
  options.port = static_cast<std::uint16_t>(place.port.number());
  options.isServer = true;
  options.waitWorkers = false;
  options.useLibUV = false;
  const c10d::TCPStore store("127.0.0.1", options);
  std::vector<std::unique_ptr<Process>> processes;
  for (int rank = 0; rank < 2; ++rank) {
    Words environment = place.environment(rank, 2);
    environment.emplace_back("TORCHELASTIC_USE_AGENT_STORE=True");
    processes.push_back(
        std::make_unique<Process>("numeral-train", place.arguments(1), environment));
  }
  for (const auto& process : processes) {
    const int status = process->wait();
    INFO(process->errors());
    CHECK(status == 0);
  }
}

TEST_CASE("Processes that mpirun or srun has started train together", "[processes]") {
  for (const Words& names : {Words{"OMPI_COMM_WORLD_RANK=", "OMPI_COMM_WORLD_LOCAL_RANK=",
                                   "OMPI_COMM_WORLD_SIZE=", "OMPI_COMM_WORLD_LOCAL_SIZE="},
                             Words{"SLURM_PROCID=", "SLURM_LOCALID=", "SLURM_NTASKS="}}) {
    const Place place;
    std::vector<std::unique_ptr<Process>> processes;
    for (int rank = 0; rank < 2; ++rank) {
      Words environment = {"env", "MASTER_PORT=" + std::to_string(place.port.number()),
                           "SLURM_NNODES=1"};
      for (std::size_t i = 0; i < names.size(); ++i)
        environment.push_back(names[i] + std::to_string(i < 2 ? rank : 2));
      processes.push_back(
          std::make_unique<Process>("numeral-train", place.arguments(1), environment));
    }
    for (const auto& process : processes) {
      const int status = process->wait();
      INFO(names[0] << " " << process->errors());
      CHECK(status == 0);
    }
    CHECK(load_checkpoint(place.folder()).machine["workers"] == 2);
  }
}

TEST_CASE("Where a process dies or hangs the others say so and stop", "[processes]") {
  // Process 0 keeps the store, so its loss is a case of its own.
  for (const int signal : {SIGKILL, SIGSTOP}) {
    for (const int victim : {2, 0}) {
      const Place place;
      std::vector<std::unique_ptr<Process>> processes;
      for (int rank = 0; rank < 3; ++rank)
        processes.push_back(place.start(rank, 3, 10000, {"--timeout", "10"}));
      REQUIRE(processes[0]->wait_for("epoch 2/"));
      processes[std::size_t(victim)]->signal(signal);
      for (const int rank : {0, 1, 2}) {
        if (rank == victim) continue;
        const int status = processes[std::size_t(rank)]->wait();
        INFO("signal " << signal << " to " << victim << ", process " << rank << ": "
                       << processes[std::size_t(rank)]->errors());
        CHECK(status == 1);
        CHECK_THAT(processes[std::size_t(rank)]->errors(),
                   ContainsSubstring("another process is lost, and the run can be resumed"));
      }
      CHECK_NOTHROW(load_checkpoint(place.folder()));
    }
  }
}

TEST_CASE("The signal of a broken connection ends no process", "[processes]") {
  const Place place;
  std::vector<std::unique_ptr<Process>> processes;
  for (int rank = 0; rank < 2; ++rank) processes.push_back(place.start(rank, 2, 10000));
  REQUIRE(processes[0]->wait_for("epoch 2/"));
  for (const auto& process : processes) process->signal(SIGPIPE);
  CHECK(processes[0]->wait_for("epoch 12/"));
}

TEST_CASE("Processes with other settings are refused, with the difference", "[processes]") {
  const Place place;
  const auto first = place.start(0, 2, 2, {"--learning-rate", "0.002"});
  const auto second = place.start(1, 2, 2, {"--learning-rate", "0.001"});
  CHECK(first->wait() == 1);
  CHECK(second->wait() == 1);
  CHECK_THAT(first->errors(), ContainsSubstring("learning-rate: expected 0.002, found 0.001"));
  CHECK_THAT(second->errors(), ContainsSubstring("learning-rate: expected 0.001, found 0.002"));
}

TEST_CASE("An environment that contradicts itself is refused in one line", "[processes]") {
  const Place place;
  Process process("numeral-train", place.arguments(1), {"env", "RANK=2", "WORLD_SIZE=2"});
  CHECK(process.wait() == 1);
  CHECK_THAT(process.errors(),
             ContainsSubstring("environment variable RANK: expected a number from 0 to 1"));
  CHECK(std::ranges::count(process.errors(), '\n') == 1);
}

TEST_CASE("Ctrl-C at any process stops and saves the run, which resumes from there",
          "[processes]") {
  const Place place;
  auto first = place.start(0, 2, 10000), second = place.start(1, 2, 10000);
  REQUIRE(first->wait_for("epoch 1/"));
  second->signal(SIGINT);
  CHECK(first->wait() == 130);
  CHECK(second->wait() == 130);
  CHECK_THAT(first->errors(), ContainsSubstring("to resume: "));
  const Checkpoint stopped = load_checkpoint(place.folder());

  first = place.start(0, 2, 10000, {"--resume", place.folder().string()});
  second = place.start(1, 2, 10000);
  REQUIRE(first->wait_for("epoch " + std::to_string(stopped.run.epoch) + "/"));
  first->signal(SIGTERM);
  CHECK(first->wait() == 130);
  CHECK(second->wait() == 130);
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
  Words on(int side) const { return {"nsenter", "--net=/run/netns/" + name(side)}; }

 private:
  std::string name(int side) const { return "nu" + std::to_string(getpid()) + "ab"[side]; }
  /// `ip -n` would do the same, but fails in a changed root.
  std::string enter(int side) const { return "nsenter --net=/run/netns/" + name(side) + " "; }
  static bool run(const std::string& command) {
    return std::system((command + " 2>/dev/null").c_str()) == 0;
  }

  bool made_ = false;
};

TEST_CASE("Machines in networks of their own train together", "[processes]") {
  const Networks networks;
  if (!networks.made())
    SKIP("network namespaces cannot be made here, which takes root and iproute2");
  Place place;
  place.host = "10.77.0.1";
  std::vector<std::unique_ptr<Process>> processes;
  for (const int rank : {0, 1}) {
    Words words = networks.on(rank);
    const Words environment = place.environment(rank, 2);
    words.insert(words.end(), environment.begin(), environment.end());
    processes.push_back(std::make_unique<Process>("numeral-train", place.arguments(2), words));
  }
  for (const auto& process : processes) {
    const int status = process->wait();
    INFO(process->errors());
    CHECK(status == 0);
  }
  CHECK(fs::exists(place.folder() / "digits.ort"));
}

}  // namespace
}  // namespace numeral
