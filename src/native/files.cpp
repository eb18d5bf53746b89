#include "native/files.h"

#include <fcntl.h>
#include <fmt/ranges.h>
#include <openssl/evp.h>
#include <poll.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>

namespace numeral {
namespace {

namespace fs = std::filesystem;

using Bytes = std::vector<std::uint8_t>;

constexpr int kPipeTimeoutMs = 10000;

/// Closes a file descriptor.
struct FileDescriptor {
  explicit FileDescriptor(int opened) : number(opened) {}
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor() {
    if (number >= 0) close(number);
  }

  int number;
};

struct GzipClose {
  void operator()(gzFile file) const { gzclose(file); }
};

tl::unexpected<Error> unreadable(const fs::path& path) {
  return fail(path.string() + ": cannot be read: " + std::strerror(errno));
}

/// Appends to what was read, up to `limit` bytes in all.
Result<void> append(Bytes& bytes, std::span<const std::uint8_t> more, const fs::path& path,
                    std::size_t limit) {
  if (more.size() > limit - bytes.size())
    return fail(path.string() + ": expected at most " + std::to_string(limit) +
                " bytes, found more");
  bytes.insert(bytes.end(), more.begin(), more.end());
  return {};
}

/// Fails for folders, devices (which may never end), and pipes unless they are allowed.
Result<void> check_type(const fs::path& path, bool allows_pipes) {
  std::error_code ignored;
  const fs::file_status status = fs::status(path, ignored);
  if (!fs::exists(status) || fs::is_regular_file(status) || (allows_pipes && fs::is_fifo(status)))
    return {};
  const char* found = fs::is_directory(status) ? "folder" : fs::is_fifo(status) ? "pipe" : "device";
  return fail(path.string() + ": expected a file, found a " + found);
}

/// Closes `file`, if it is open. Fails with errno's message unless all before was `done`.
Result<void> close_after(int file, bool done) {
  const int reason = errno;
  if (file >= 0) close(file);
  if (!done) return fail(std::strerror(reason));
  return {};
}

}  // namespace

Result<Bytes> read_file(const fs::path& path, std::size_t limit) {
  if (auto fine = check_type(path, true); !fine) return tl::unexpected(fine.error());
  // Without O_NONBLOCK, opening a pipe would wait for a writer for ever.
  const FileDescriptor file{open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (file.number < 0) return unreadable(path);
  Bytes bytes;
  // One byte more than the file has, so that the read that finds its end does not reallocate.
  std::error_code error;
  if (const std::uintmax_t size = fs::file_size(path, error); !error && size <= limit)
    bytes.reserve(size + 1);
  std::array<std::uint8_t, 1 << 16> buffer;
  while (true) {
    pollfd waiting{file.number, POLLIN, 0};
    const int ready = poll(&waiting, 1, kPipeTimeoutMs);
    if (ready == 0)
      return fail(path.string() + ": expected a file, found a pipe from which nothing came for " +
                  std::to_string(kPipeTimeoutMs / 1000) + " seconds");
    const ssize_t count = ready < 0 ? -1 : read(file.number, buffer.data(), buffer.size());
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count < 0) return unreadable(path);
    if (count == 0) return bytes;
    if (auto added = append(bytes, std::span(buffer).first(count), path, limit); !added)
      return tl::unexpected(added.error());
  }
}

Result<Bytes> read_file_or_gzip(const fs::path& path, std::size_t limit) {
  if (auto fine = check_type(path, false); !fine) return tl::unexpected(fine.error());
  const std::unique_ptr<gzFile_s, GzipClose> file(gzopen(path.c_str(), "rbe"));
  if (!file) return unreadable(path);
  Bytes bytes;
  std::array<std::uint8_t, 1 << 16> buffer;
  gzbuffer(file.get(), buffer.size());
  int count = 0;
  while ((count = gzread(file.get(), buffer.data(), buffer.size())) > 0)
    if (auto added = append(bytes, std::span(buffer).first(count), path, limit); !added)
      return tl::unexpected(added.error());
  // Where the file is cut off, gzread returns what there is, as if that were all.
  int status = Z_OK;
  const char* reason = gzerror(file.get(), &status);
  if (status != Z_OK && status != Z_STREAM_END)
    return fail(path.string() + ": expected a whole gzip file, found it broken: " + reason);
  return bytes;
}

Result<void> write_file_atomically(const fs::path& path,
                                   const std::function<Result<void>(const fs::path&)>& write) {
  fs::path temporary = path;
  temporary += ".partial-" + std::to_string(getpid());
  Result<void> written = write(temporary);
  std::error_code error;
  if (written) {
    fs::rename(temporary, path, error);
    if (error) written = fail(path.string() + ": cannot be written: " + error.message());
  }
  if (!written) fs::remove(temporary, error);
  return written;
}

Result<void> write_file_atomically(const fs::path& path, std::string_view content) {
  return write_file_atomically(path, [&](const fs::path& temporary) -> Result<void> {
    std::ofstream file(temporary, std::ios::binary);
    file.write(content.data(), static_cast<std::streamsize>(content.size()));
    file.close();
    if (!file) return fail(path.string() + ": cannot be written: " + std::strerror(errno));
    return {};
  });
}

Result<void> write_and_fsync(const fs::path& path, std::string_view bytes) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  bool written = file >= 0;
  while (written && !bytes.empty()) {
    const ssize_t count = ::write(file, bytes.data(), bytes.size());
    written = count > 0 || (count < 0 && errno == EINTR);
    if (count > 0) bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return close_after(file, written && fsync(file) == 0);
}

Result<void> fsync_path(const fs::path& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  return close_after(file, file >= 0 && fsync(file) == 0);
}

std::string sha256_hex(std::span<const std::uint8_t> bytes) {
  std::array<std::uint8_t, 32> digest;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  return fmt::format("{:02x}", fmt::join(digest, ""));
}

}  // namespace numeral
