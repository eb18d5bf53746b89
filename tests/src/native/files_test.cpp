#include "native/files.h"

#include <sys/stat.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <chrono>
#include <csignal>
#include <fstream>
#include <string_view>
#include <thread>

#include "support/gzip.h"
#include "support/temporary_folder.h"

namespace numeral {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::ContainsSubstring;
using test::TemporaryFolder;

std::string text_of(const std::vector<std::uint8_t>& bytes) { return {bytes.begin(), bytes.end()}; }

TEST_CASE("A file is read as it is", "[files]") {
  const TemporaryFolder folder;
  const fs::path path = folder.write("file", std::string_view("a\0b", 3));
  const auto bytes = read_file(path, 3);
  REQUIRE(bytes);
  CHECK(text_of(*bytes) == std::string("a\0b", 3));
}

TEST_CASE("A file larger than the limit is refused", "[files]") {
  const TemporaryFolder folder;
  const fs::path path = folder.write("file", "abcd");
  const auto bytes = read_file(path, 3);
  REQUIRE_FALSE(bytes);
  CHECK_THAT(bytes.error().message, ContainsSubstring(path.string()));
}

TEST_CASE("A missing file and a folder are refused", "[files]") {
  const TemporaryFolder folder;
  CHECK_FALSE(read_file(folder.path() / "none", 10));
  CHECK_FALSE(read_file(folder.path(), 10));
  CHECK_FALSE(read_file_or_gzip(folder.path(), 10));
}

TEST_CASE("A device is refused", "[files]") {
  for (const char* device : {"/dev/zero", "/dev/random", "/dev/null"})
    for (const auto read : {read_file, read_file_or_gzip}) {
      const auto bytes = read(device, 10);
      REQUIRE_FALSE(bytes);
      CHECK_THAT(bytes.error().message, ContainsSubstring("found a device"));
    }
}

TEST_CASE("A pipe is read, or given up when nothing comes", "[files]") {
  const TemporaryFolder folder;
  const fs::path path = folder.path() / "pipe";
  REQUIRE(mkfifo(path.c_str(), 0600) == 0);
  std::thread writer([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    std::ofstream(path, std::ios::binary) << "he" << std::flush << "llo";
  });
  const auto bytes = read_file(path, 100);
  writer.join();
  REQUIRE(bytes);
  CHECK(text_of(*bytes) == "hello");
  const auto started = std::chrono::steady_clock::now();
  const auto nothing = read_file(path, 100);
  CHECK(std::chrono::steady_clock::now() - started < std::chrono::seconds(30));
  REQUIRE_FALSE(nothing);
  CHECK_THAT(nothing.error().message, ContainsSubstring("nothing came for 10 seconds"));
}

TEST_CASE("A pipe is not read as a gzipped file", "[files]") {
  const TemporaryFolder folder;
  const fs::path path = folder.path() / "pipe";
  REQUIRE(mkfifo(path.c_str(), 0600) == 0);
  const auto bytes = read_file_or_gzip(path, 100);
  REQUIRE_FALSE(bytes);
  CHECK_THAT(bytes.error().message, ContainsSubstring("expected a file, found a pipe"));
}

TEST_CASE("An endless pipe is given up at the limit", "[files]") {
  const TemporaryFolder folder;
  const fs::path path = folder.path() / "pipe";
  REQUIRE(mkfifo(path.c_str(), 0600) == 0);
  std::thread writer([&] {
    std::signal(SIGPIPE, SIG_IGN);
    std::ofstream pipe(path, std::ios::binary);
    while (pipe << std::string(10'000, 'x') << std::flush) {
    }
  });
  const auto bytes = read_file(path, 1'000'000);
  writer.join();
  REQUIRE_FALSE(bytes);
  CHECK_THAT(bytes.error().message, ContainsSubstring("at most 1000000 bytes"));
}

TEST_CASE("A gzipped file is decompressed, whatever its name", "[files]") {
  const TemporaryFolder folder;
  const fs::path path = folder.write("file", test::gzipped("hello"));
  const auto bytes = read_file_or_gzip(path, 100);
  REQUIRE(bytes);
  CHECK(text_of(*bytes) == "hello");
}

TEST_CASE("A plain file is read as it is, up to the limit", "[files]") {
  const TemporaryFolder folder;
  const fs::path path = folder.write("file", "hello");
  const auto bytes = read_file_or_gzip(path, 5);
  REQUIRE(bytes);
  CHECK(text_of(*bytes) == "hello");
  CHECK_FALSE(read_file_or_gzip(path, 4));
  CHECK_FALSE(read_file_or_gzip(folder.path() / "none", 10));
}

TEST_CASE("A gzipped file of several members is decompressed without what follows", "[files]") {
  const TemporaryFolder folder;
  const fs::path path =
      folder.write("file", test::gzipped("hello ") + test::gzipped("world") + "\xff and more");
  const auto bytes = read_file_or_gzip(path, 100);
  REQUIRE(bytes);
  CHECK(text_of(*bytes) == "hello world");
}

TEST_CASE("A gzipped file that decompresses to more than the limit is refused", "[files]") {
  const TemporaryFolder folder;
  const fs::path path = folder.write("bomb.gz", test::gzipped(std::string(10'000'000, '0')));
  CHECK_FALSE(read_file_or_gzip(path, 1'000'000));
}

TEST_CASE("A truncated or altered gzipped file is refused", "[files]") {
  const TemporaryFolder folder;
  std::string packed = test::gzipped("The quick brown fox jumps over the lazy dog");
  const std::string cut = packed.substr(0, packed.size() - 9);
  packed[packed.size() - 6] ^= 1;  // in its checksum
  CHECK_FALSE(read_file_or_gzip(folder.write("cut.gz", cut), 1000));
  CHECK_FALSE(read_file_or_gzip(folder.write("altered.gz", packed), 1000));
}

TEST_CASE("A file is replaced atomically", "[files]") {
  const TemporaryFolder folder;
  const fs::path path = folder.write("file", "old");
  REQUIRE(write_file_atomically(path, "new"));
  CHECK(text_of(*read_file(path, 10)) == "new");
}

TEST_CASE("A failed write leaves only the old file", "[files]") {
  const TemporaryFolder folder;
  const fs::path path = folder.write("file", "old");
  const auto written = write_file_atomically(path, [](const fs::path& temporary) -> Result<void> {
    REQUIRE(write_file_atomically(temporary, "half"));
    return fail("the disk is full");
  });
  REQUIRE_FALSE(written);
  CHECK(text_of(*read_file(path, 10)) == "old");
  CHECK(std::distance(fs::directory_iterator(folder.path()), {}) == 1);
}

TEST_CASE("A missing folder cannot be written to", "[files]") {
  const TemporaryFolder folder;
  const auto written = write_file_atomically(folder.path() / "none" / "file", "x");
  REQUIRE_FALSE(written);
  CHECK_THAT(written.error().message, ContainsSubstring("cannot be written"));
}

TEST_CASE("SHA-256 gives the standard's test vectors", "[files]") {
  const auto sum = [](std::string_view text) {
    return sha256_hex({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  };
  CHECK(sum("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sum("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace numeral
