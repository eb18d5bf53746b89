#include "durable_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace numeral {
namespace {

namespace fs = std::filesystem;

/// Closes `file` (if it was opened), with the reason for what failed before.
Result<void> close_after(int file, bool done) {
  const int reason = errno;
  if (file >= 0) close(file);
  if (!done) return fail(std::strerror(reason));
  return {};
}

}  // namespace

Result<void> write_durably(const fs::path& path, std::string_view bytes) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  bool written = file >= 0;
  while (written && !bytes.empty()) {
    const ssize_t count = ::write(file, bytes.data(), bytes.size());
    written = count > 0 || (count < 0 && errno == EINTR);
    if (count > 0) bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return close_after(file, written && fsync(file) == 0);
}

Result<void> make_durable(const fs::path& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  return close_after(file, file >= 0 && fsync(file) == 0);
}

}  // namespace numeral
