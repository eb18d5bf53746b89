#include "train/training/run_checkpoint.h"

#include <sys/resource.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <csignal>
#include <fstream>
#include <iterator>

#include "support/checkpoint.h"
#include "support/temporary_folder.h"

namespace numeral {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::ContainsSubstring;
using test::example_checkpoint;
using test::TemporaryFolder;

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void overwrite(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
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

  REQUIRE(save_checkpoint(folder.path(), example_checkpoint(1)));
  CHECK_THAT(load_network(folder.path(), 10).error().message, ContainsSubstring("epoch"));
}

TEST_CASE("Widths that no network has are refused before one is made", "[checkpoint]") {
  const TemporaryFolder folder;
  for (const nlohmann::ordered_json& width :
       {nlohmann::ordered_json(1e9), nlohmann::ordered_json(-1), nlohmann::ordered_json(0),
        nlohmann::ordered_json("1"), nlohmann::ordered_json(true)}) {
    Checkpoint checkpoint = example_checkpoint();
    checkpoint.settings["--width"] = width;
    REQUIRE(save_checkpoint(folder.path(), checkpoint));
    const auto network = load_network(folder.path(), 10);
    REQUIRE_FALSE(network);
    CHECK_THAT(network.error().message, ContainsSubstring("its --width is not one from 0.1 to 8"));
  }
  Checkpoint checkpoint = example_checkpoint();
  checkpoint.settings.erase("--width");
  REQUIRE(save_checkpoint(folder.path(), checkpoint));
  CHECK_THAT(load_network(folder.path(), 10).error().message, ContainsSubstring("--width"));
}

TEST_CASE("A folder that has gone is made anew", "[checkpoint]") {
  const TemporaryFolder folder;
  const fs::path inside = folder.path() / "a" / "checkpoints";
  REQUIRE(save_checkpoint(inside, example_checkpoint(1)));
  fs::remove_all(folder.path() / "a");
  REQUIRE(save_checkpoint(inside, example_checkpoint(2)));
  CHECK(load_checkpoint(inside)->run.epoch == 2);
  fs::remove_all(folder.path() / "a");
  overwrite(folder.path() / "a", "in the way");
  const auto refused = save_checkpoint(inside, example_checkpoint(3));
  REQUIRE_FALSE(refused);
  CHECK_THAT(refused.error().message, ContainsSubstring(inside.string()));
}

}  // namespace
}  // namespace numeral
