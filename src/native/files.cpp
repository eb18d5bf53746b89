#include "native/files.h"

#include <fcntl.h>
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

std::string too_large(const fs::path& path, std::size_t limit) {
  return path.string() + ": expected at most " + std::to_string(limit) + " bytes, found more";
}

/// A pipe that delivers nothing for so long is given up.
constexpr int kPatienceMs = 10000;

/// An open file.
struct Descriptor {
  explicit Descriptor(int opened) : number(opened) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number >= 0) close(number);
  }

  int number;
};

struct InflateEnd {
  void operator()(z_stream* stream) const { inflateEnd(stream); }
};

bool is_gzip(std::span<const std::uint8_t> bytes) {
  return bytes.size() >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b;
}

/// Closes `file` (if it was opened), with the reason for what failed before.
Result<void> close_after(int file, bool done) {
  const int reason = errno;
  if (file >= 0) close(file);
  if (!done) return fail(std::strerror(reason));
  return {};
}

}  // namespace

Result<std::vector<std::uint8_t>> read_file(const fs::path& path, std::size_t limit) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (fs::is_directory(status)) return fail(path.string() + ": expected a file, found a folder");
  if (fs::exists(status) && !fs::is_regular_file(status) && !fs::is_fifo(status))
    return fail(path.string() + ": expected a file, found a device");
  // What waits for a writer of a pipe is poll, which does not wait for ever.
  const Descriptor file{open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (file.number < 0) return fail(path.string() + ": cannot be read: " + std::strerror(errno));
  std::vector<std::uint8_t> bytes;
  // One byte more than it has, so that its end is seen without room for as much again.
  if (const std::uintmax_t size = fs::file_size(path, error); !error && size <= limit)
    bytes.reserve(size + 1);
  std::array<std::uint8_t, 1 << 16> buffer;
  while (true) {
    pollfd waiting{file.number, POLLIN, 0};
    const int ready = poll(&waiting, 1, kPatienceMs);
    if (ready == 0)
      return fail(path.string() + ": expected a file, found a pipe from which nothing came for " +
                  std::to_string(kPatienceMs / 1000) + " seconds");
    const ssize_t count = ready < 0 ? -1 : read(file.number, buffer.data(), buffer.size());
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count < 0) return fail(path.string() + ": cannot be read: " + std::strerror(errno));
    if (count == 0) return bytes;
    if (std::size_t(count) > limit - bytes.size()) return fail(too_large(path, limit));
    bytes.insert(bytes.end(), buffer.begin(), buffer.begin() + count);
  }
}

Result<std::vector<std::uint8_t>> read_file_or_gzip(const fs::path& path, std::size_t limit) {
  Result<std::vector<std::uint8_t>> stored = read_file(path, limit);
  if (!stored || !is_gzip(*stored)) return stored;

  z_stream stream{};
  constexpr int kGzip = 16 + MAX_WBITS;
  if (inflateInit2(&stream, kGzip) != Z_OK) return fail(path.string() + ": no memory to unpack it");
  const std::unique_ptr<z_stream, InflateEnd> end(&stream);
  stream.next_in = stored->data();
  stream.avail_in = static_cast<uInt>(stored->size());
  std::vector<std::uint8_t> bytes;
  std::array<std::uint8_t, 1 << 16> buffer;
  while (true) {
    stream.next_out = buffer.data();
    stream.avail_out = buffer.size();
    const int status = inflate(&stream, Z_NO_FLUSH);
    if (status != Z_OK && status != Z_STREAM_END)
      return fail(path.string() + ": expected a whole gzip file, found it broken" +
                  (stream.msg ? std::string(": ") + stream.msg : ""));
    const std::size_t count = buffer.size() - stream.avail_out;
    if (count > limit - bytes.size()) return fail(too_large(path, limit));
    bytes.insert(bytes.end(), buffer.begin(), buffer.begin() + std::ptrdiff_t(count));
    if (status != Z_STREAM_END) continue;
    // There may be another part (RFC 1952, 2.2); anything else is none of the file's.
    if (!is_gzip({stream.next_in, stream.avail_in})) return bytes;
    inflateReset(&stream);
  }
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
  constexpr const char* kDigits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : digest) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

}  // namespace numeral
