#include "checkpoint.h"

#include <sys/resource.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <csignal>
#include <fstream>
#include <iterator>

#include "network.h"
#include "support/temporary_folder.h"

namespace numeral {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::ContainsSubstring;
using test::TemporaryFolder;

Checkpoint example_checkpoint(int epoch = 2) {
  Replica replica(make_network(10), torch::kCPU, {});
  replica.step({torch::rand({4, 1, 28, 28}), torch::tensor({1, 2, 3, 4}, torch::kInt64)},
               cross_entropy(0), 0.01, WorkerGroup());
  Checkpoint checkpoint;
  checkpoint.settings = {{"--epochs", 5}, {"--width", 1}};
  checkpoint.machine = {{"threads", 1}};
  checkpoint.run.epoch = epoch;
  checkpoint.run.step = 3;
  checkpoint.run.totals = {0.1, 2, 4, 0};
  checkpoint.run.seconds = 1.5;
  checkpoint.run.epochs = {{1, 1e-3, 0.1, 0.9, 1.0 / 3, 0.8, 100}};
  checkpoint.run.best = copy_of(weights_of(*replica.network()));
  checkpoint.replica = replica.state();
  checkpoint.random_state = torch::arange(10, torch::kUInt8);
  return checkpoint;
}

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void overwrite(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

TEST_CASE("A checkpoint comes back as it was", "[checkpoint]") {
  const Checkpoint saved = example_checkpoint();
  const auto read = parse_checkpoint("c", to_bytes(saved));
  REQUIRE(read);
  CHECK(to_bytes(*read) == to_bytes(saved));
  CHECK(read->run.epochs[0].validation_loss == 1.0 / 3);
  CHECK(read->run.totals.correct == 2);
  REQUIRE(read->replica.first_moments.size() == saved.replica.first_moments.size());
  CHECK(torch::equal(read->replica.first_moments[0], saved.replica.first_moments[0]));
  CHECK(torch::equal(read->replica.averaged.tensors[0], saved.replica.averaged.tensors[0]));
}

TEST_CASE("The last two checkpoints are kept", "[checkpoint]") {
  const TemporaryFolder folder;
  const fs::path inside = folder.path() / "checkpoints";
  fs::create_directory(inside);
  overwrite(inside / "latest.checkpoint.partial-1", "left by a killed run");
  for (const int epoch : {1, 2, 3}) REQUIRE(save_checkpoint(inside, example_checkpoint(epoch)));
  CHECK(std::distance(fs::directory_iterator(inside), {}) == 2);
  CHECK(load_checkpoint(inside / kPreviousCheckpoint)->run.epoch == 2);
  CHECK(load_checkpoint(inside)->run.epoch == 3);
  CHECK(load_checkpoint(folder.path())->run.epoch == 3);
}

TEST_CASE("A broken checkpoint is refused in one line, and the one before taken", "[checkpoint]") {
  const TemporaryFolder folder;
  REQUIRE(save_checkpoint(folder.path(), example_checkpoint(1)));
  const fs::path latest = *save_checkpoint(folder.path(), example_checkpoint(2));
  const std::string whole = content_of(latest);
  const auto message_for = [&](const std::string& bytes) {
    overwrite(latest, bytes);
    const auto read = load_checkpoint(latest);
    REQUIRE_FALSE(read);
    CHECK(load_checkpoint(folder.path())->run.epoch == 1);
    CHECK(read.error().message.find('\n') == std::string::npos);
    CHECK_THAT(read.error().message, ContainsSubstring(latest.string()));
    return read.error().message;
  };
  for (const std::size_t length :
       {std::size_t{0}, std::size_t{10}, std::size_t{60}, whole.size() / 2, whole.size() - 1})
    CHECK_THAT(message_for(whole.substr(0, length)), ContainsSubstring("not whole"));
  CHECK_THAT(message_for("something else entirely"), ContainsSubstring("something else"));
  for (const std::size_t at : {std::size_t{60}, whole.size() / 2, whole.size() - 1}) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    CHECK_THAT(message_for(damaged), ContainsSubstring("damaged"));
  }
  overwrite(folder.path() / kPreviousCheckpoint, "");
  CHECK_FALSE(load_checkpoint(folder.path()));
  CHECK_FALSE(load_checkpoint(folder.path() / "nowhere"));
}

TEST_CASE("A full disk leaves the checkpoints as they were", "[checkpoint]") {
  const TemporaryFolder folder;
  REQUIRE(save_checkpoint(folder.path(), example_checkpoint(1)));
  const fs::path latest = *save_checkpoint(folder.path(), example_checkpoint(2));
  const auto limit_files_to = [](rlim_t bytes) {
    rlimit limit = {};
    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &limit);
  };
  const auto before = std::signal(SIGXFSZ, SIG_IGN);
  limit_files_to(100'000);
  const auto saved = save_checkpoint(folder.path(), example_checkpoint(3));
  limit_files_to(RLIM_INFINITY);
  std::signal(SIGXFSZ, before);
  REQUIRE_FALSE(saved);
  CHECK_THAT(saved.error().message, ContainsSubstring(latest.string()));
  CHECK(std::distance(fs::directory_iterator(folder.path()), {}) == 2);
  CHECK(load_checkpoint(folder.path())->run.epoch == 2);
  CHECK(load_checkpoint(folder.path() / kPreviousCheckpoint)->run.epoch == 1);
}

TEST_CASE("The network that a checkpoint is of can be had", "[checkpoint]") {
  const TemporaryFolder folder;
  Checkpoint checkpoint = example_checkpoint();
  REQUIRE(save_checkpoint(folder.path(), checkpoint));
  const auto network = load_network(folder.path(), 10);
  REQUIRE(network);
  CHECK(torch::equal((*network)->parameters()[0], checkpoint.run.best.tensors[0]));
  const auto refused = load_network(folder.path(), 12);
  REQUIRE_FALSE(refused);
  CHECK_THAT(refused.error().message, ContainsSubstring("classify"));

  checkpoint.run.best = {};
  REQUIRE(save_checkpoint(folder.path(), checkpoint));
  CHECK_THAT(load_network(folder.path(), 10).error().message, ContainsSubstring("epoch"));
}

}  // namespace
}  // namespace numeral
