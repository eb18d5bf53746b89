#include "train/distributed/launch.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <map>
#include <stdexcept>
#include <vector>

namespace numeral {
namespace {

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::MessageMatches;
using Variables = std::map<std::string, std::string>;

Launch launch_of(const Variables& variables) {
  return read_launch([&](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  });
}

/// `variables` with others in place of, or besides, some of them.
Variables with(Variables variables, const Variables& others) {
  for (const auto& [name, value] : others) variables[name] = value;
  return variables;
}

Variables without(Variables variables, const std::string& name) {
  variables.erase(name);
  return variables;
}

const Variables kTorchrun = {{"RANK", "5"},
                             {"WORLD_SIZE", "8"},
                             {"LOCAL_RANK", "1"},
                             {"LOCAL_WORLD_SIZE", "4"},
                             {"MASTER_ADDR", "10.0.0.7"},
                             {"MASTER_PORT", "41234"},
                             {"TORCHELASTIC_RESTART_COUNT", "2"},
                             {"TORCHELASTIC_USE_AGENT_STORE", "True"}};
const Variables kOpenMpi = {{"OMPI_COMM_WORLD_RANK", "2"},
                            {"OMPI_COMM_WORLD_SIZE", "3"},
                            {"OMPI_COMM_WORLD_LOCAL_RANK", "2"},
                            {"OMPI_COMM_WORLD_LOCAL_SIZE", "3"}};
const Variables kSlurm = {{"SLURM_PROCID", "3"},        {"SLURM_NTASKS", "4"},
                          {"SLURM_LOCALID", "1"},       {"SLURM_NNODES", "2"},
                          {"MASTER_ADDR", "node7"},     {"MASTER_PORT", "29501"},
                          {"SLURM_RESTART_COUNT", "1"}, {"SLURM_JOB_ID", "99"}};

TEST_CASE("A program started alone is one process", "[launch]") {
  for (const Variables& variables :
       std::vector<Variables>{{}, {{"MASTER_ADDR", "10.0.0.7"}, {"SLURM_NTASKS", "4"}}}) {
    const Launch launch = launch_of(variables);
    CHECK_FALSE(launch.launched);
    CHECK(launch.size == 1);
    CHECK(launch.rank == 0);
    CHECK(launch.sharing == 1);
  }
}

TEST_CASE("What torchrun says is read", "[launch]") {
  Launch launch = launch_of(kTorchrun);
  CHECK(launch.launched);
  CHECK(launch.rank == 5);
  CHECK(launch.size == 8);
  CHECK(launch.local_rank == 1);
  CHECK(launch.sharing == 4);
  CHECK(launch.host == "10.0.0.7");
  CHECK(launch.port == 41234);
  CHECK(launch.store_is_kept);
  CHECK(launch.restarts == 2);
  launch = launch_of(with(kTorchrun, {{"TORCHELASTIC_USE_AGENT_STORE", "False"}}));
  CHECK_FALSE(launch.store_is_kept);
}

TEST_CASE("What mpirun and srun say is read, which bind processes to processors", "[launch]") {
  const Launch mpi = launch_of(kOpenMpi);
  CHECK(mpi.launched);
  CHECK(mpi.rank == 2);
  CHECK(mpi.size == 3);
  CHECK(mpi.local_rank == 2);
  CHECK(mpi.sharing == 1);
  const Launch slurm = launch_of(kSlurm);
  CHECK(slurm.rank == 3);
  CHECK(slurm.size == 4);
  CHECK(slurm.local_rank == 1);
  CHECK(slurm.sharing == 1);
  CHECK(slurm.host == "node7");
  CHECK(slurm.port == 29501);
  CHECK(slurm.restarts == 1);
}

TEST_CASE("On one machine the address need not be given", "[launch]") {
  CHECK(launch_of(kOpenMpi).host == "127.0.0.1");
  CHECK(launch_of(kOpenMpi).port == 29500);
  const Variables one = with(without(kSlurm, "MASTER_ADDR"), {{"SLURM_NNODES", "1"}});
  CHECK(launch_of(one).host == "127.0.0.1");
  CHECK_THROWS_WITH(launch_of(without(kSlurm, "MASTER_ADDR")),
                    ContainsSubstring("MASTER_ADDR is missing"));
}

TEST_CASE("torchrun that srun or mpirun has started goes first", "[launch]") {
  Variables both = kTorchrun;
  both.insert(kSlurm.begin(), kSlurm.end());
  both.insert(kOpenMpi.begin(), kOpenMpi.end());
  CHECK(launch_of(both).rank == 5);
}

TEST_CASE("A launch of one process meets nobody", "[launch]") {
  const Launch launch = launch_of({{"RANK", "0"}, {"WORLD_SIZE", "1"}});
  CHECK(launch.launched);
  CHECK(launch.size == 1);
  CHECK(launch.host.empty());
}

TEST_CASE("A variable that is malformed, missing or contradicts another is named", "[launch]") {
  const auto refused = [](const Variables& variables, const std::string& name,
                          const std::string& reason) {
    CHECK_THROWS_MATCHES(
        launch_of(variables), std::runtime_error,
        MessageMatches(ContainsSubstring("environment variable " + name + reason) &&
                       !ContainsSubstring("\n")));
  };
  refused(without(kTorchrun, "RANK"), "RANK", " is missing");
  refused(without(kTorchrun, "WORLD_SIZE"), "WORLD_SIZE", " is missing");
  refused(without(kTorchrun, "MASTER_ADDR"), "MASTER_ADDR", " is missing");
  refused(without(kOpenMpi, "OMPI_COMM_WORLD_RANK"), "OMPI_COMM_WORLD_RANK", " is missing");
  refused(with(kTorchrun, {{"RANK", "8"}}), "RANK", ": expected a number from 0 to 7, found '8'");
  refused(with(kTorchrun, {{"LOCAL_RANK", "4"}}), "LOCAL_RANK", ": expected a number from 0 to 3");
  refused(with(kTorchrun, {{"LOCAL_WORLD_SIZE", "9"}}), "LOCAL_WORLD_SIZE",
          ": expected a number from 1 to 8");
  refused(with(kTorchrun, {{"TORCHELASTIC_USE_AGENT_STORE", "1"}}), "TORCHELASTIC_USE_AGENT_STORE",
          ": expected True or False, found '1'");
  refused(with(kTorchrun, {{"MASTER_ADDR", ""}}), "MASTER_ADDR", ": expected the address");
  refused(with(kSlurm, {{"SLURM_PROCID", "4"}}), "SLURM_PROCID", ": expected");
  refused(with(kSlurm, {{"SLURM_LOCALID", "4"}}), "SLURM_LOCALID", ": expected");
  for (const char* text : {"", " ", "-1", "+1", "1 ", "1x", "0x1", "1.0", "99999999999999999999"}) {
    for (const char* name : {"RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE", "MASTER_PORT",
                             "TORCHELASTIC_RESTART_COUNT"})
      refused(with(kTorchrun, {{name, text}}), name, ": expected a number from ");
  }
  for (const char* port : {"0", "65536"})
    refused(with(kTorchrun, {{"MASTER_PORT", port}}), "MASTER_PORT", ": expected a number from 1");
}

}  // namespace
}  // namespace numeral
