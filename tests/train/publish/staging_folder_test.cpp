#include "train/publish/staging_folder.h"

#include <catch2/catch_test_macros.hpp>
#include <fstream>
#include <iterator>
#include <string>

#include "support/temporary_folder.h"

namespace numeral {
namespace {

namespace fs = std::filesystem;
using test::TemporaryFolder;

std::size_t count_entries(const fs::path& folder) {
  return std::distance(fs::directory_iterator(folder), {});
}

TEST_CASE("An output folder is created if it is missing") {
  const TemporaryFolder folder;
  const fs::path inside = folder.path() / "a" / "b";
  prepare_output_folder(inside);
  CHECK(fs::is_empty(inside));
}

TEST_CASE("An output folder that cannot be created is refused") {
  const TemporaryFolder folder;
  CHECK_THROWS(prepare_output_folder(folder.write("file", "") / "b"));
}

TEST_CASE("What killed runs left in the output folder is removed, and nothing else") {
  const TemporaryFolder folder;
  // No process has a number this large: Linux allows at most 2^22.
  fs::create_directory(folder.path() / ".partial-2000000000");
  folder.write(".probe-2000000000", "x");
  folder.write(".partial-1", "process 1 is alive");
  folder.write(".partial-notes", "no number");
  prepare_output_folder(folder.path());
  CHECK(count_entries(folder.path()) == 2);
}

TEST_CASE("Files are moved from the staging folder, which is removed at the end") {
  const TemporaryFolder folder;
  folder.write("a", "old");
  {
    const StagingFolder staging(folder.path());
    std::ofstream(staging.path() / "a") << "new";
    std::ofstream(staging.path() / "b") << "new";
    std::ofstream(staging.path() / "c") << "stays";
    staging.install({"a", "b"});
  }
  CHECK(count_entries(folder.path()) == 2);
  std::string content;
  std::ifstream(folder.path() / "a") >> content;
  CHECK(content == "new");
  CHECK(fs::exists(folder.path() / "b"));
}

TEST_CASE("Where one file is missing, none is moved") {
  const TemporaryFolder folder;
  const StagingFolder staging(folder.path());
  std::ofstream(staging.path() / "a") << "new";
  CHECK_THROWS(staging.install({"a", "b"}));
  CHECK_FALSE(fs::exists(folder.path() / "a"));
}

}  // namespace
}  // namespace numeral
