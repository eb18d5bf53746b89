#include "train/training/run_checkpoint.h"

#include <sys/resource.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <csignal>
#include <fstream>
#include <functional>
#include <iterator>
#include <stdexcept>

#include "support/checkpoint.h"
#include "support/error_of.h"
#include "support/temporary_folder.h"

namespace numeral {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::ContainsSubstring;
using test::content_of;
using test::error_of;
using test::example_checkpoint;
using test::TemporaryFolder;

void overwrite(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

TEST_CASE("The last two checkpoints are kept", "[checkpoint]") {
  const TemporaryFolder folder;
  const fs::path inside = folder.path() / "checkpoints";
  fs::create_directory(inside);
  overwrite(inside / "latest.safetensors.partial-1", "left by a killed run");
  for (const int epoch : {1, 2, 3}) save_checkpoint(inside, example_checkpoint(epoch));
  CHECK(std::distance(fs::directory_iterator(inside), {}) == 2);
  CHECK(load_checkpoint(inside / kPreviousCheckpoint).run.epoch == 2);
  CHECK(load_checkpoint(inside).run.epoch == 3);
  CHECK(load_checkpoint(folder.path()).run.epoch == 3);
}

TEST_CASE("A broken checkpoint is refused in one line, and the one before taken", "[checkpoint]") {
  const TemporaryFolder folder;
  save_checkpoint(folder.path(), example_checkpoint(1));
  const fs::path latest = save_checkpoint(folder.path(), example_checkpoint(2));
  const std::string whole = content_of(latest);
  const auto message_for = [&](const std::string& bytes) {
    overwrite(latest, bytes);
    CHECK(load_checkpoint(folder.path()).run.epoch == 1);
    const std::string message = error_of([&] { load_checkpoint(latest); });
    CHECK_THAT(message, ContainsSubstring(latest.string()) && !ContainsSubstring("\n"));
    return message;
  };
  for (const std::size_t length : {std::size_t{200}, whole.size() / 2, whole.size() - 1})
    CHECK_THAT(message_for(whole.substr(0, length)), ContainsSubstring("not whole"));
  for (const std::string& other : {whole.substr(0, 0), whole.substr(0, 10), whole.substr(0, 60),
                                   std::string("something else entirely")})
    CHECK_THAT(message_for(other), ContainsSubstring("found something else"));
  for (const std::size_t at :
       {std::size_t{0}, std::size_t{60}, std::size_t{200}, whole.size() / 2, whole.size() - 1}) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    CHECK_THAT(message_for(damaged), ContainsSubstring("damaged"));
  }
  overwrite(folder.path() / kPreviousCheckpoint, "");
  CHECK_THROWS_AS(load_checkpoint(folder.path()), std::runtime_error);
  CHECK_THROWS_AS(load_checkpoint(folder.path() / "nowhere"), std::runtime_error);
}

TEST_CASE("A full disk leaves the checkpoints as they were", "[checkpoint]") {
  const TemporaryFolder folder;
  save_checkpoint(folder.path(), example_checkpoint(1));
  const fs::path latest = save_checkpoint(folder.path(), example_checkpoint(2));
  const auto limit_files_to = [](rlim_t bytes) {
    rlimit limit = {};
    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &limit);
  };
  const auto before = std::signal(SIGXFSZ, SIG_IGN);
  limit_files_to(100'000);
  const std::string error =
      error_of([&] { save_checkpoint(folder.path(), example_checkpoint(3)); });
  limit_files_to(RLIM_INFINITY);
  std::signal(SIGXFSZ, before);
  CHECK_THAT(error, ContainsSubstring(latest.string()));
  CHECK(std::distance(fs::directory_iterator(folder.path()), {}) == 2);
  CHECK(load_checkpoint(folder.path()).run.epoch == 2);
  CHECK(load_checkpoint(folder.path() / kPreviousCheckpoint).run.epoch == 1);
}

TEST_CASE("A folder that has gone is made anew", "[checkpoint]") {
  const TemporaryFolder folder;
  const fs::path inside = folder.path() / "a" / "checkpoints";
  save_checkpoint(inside, example_checkpoint(1));
  fs::remove_all(folder.path() / "a");
  save_checkpoint(inside, example_checkpoint(2));
  CHECK(load_checkpoint(inside).run.epoch == 2);
  fs::remove_all(folder.path() / "a");
  overwrite(folder.path() / "a", "in the way");
  CHECK_THROWS_WITH(save_checkpoint(inside, example_checkpoint(3)),
                    ContainsSubstring(inside.string()));
}

}  // namespace
}  // namespace numeral
