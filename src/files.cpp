#include "files.h"

#include <openssl/evp.h>
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

struct GzipClose {
  void operator()(gzFile file) const { gzclose(file); }
};

bool is_gzip(std::span<const std::uint8_t> bytes) {
  return bytes.size() >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b;
}

}  // namespace

Result<std::vector<std::uint8_t>> read_file(const fs::path& path, std::size_t limit) {
  std::error_code error;
  if (fs::is_directory(path, error))
    return fail(path.string() + ": expected a file, found a folder");
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(path.string() + ": cannot be read: " + std::strerror(errno));
  std::vector<std::uint8_t> bytes;
  std::array<char, 1 << 16> buffer;
  while (file.read(buffer.data(), buffer.size()), file.gcount() > 0) {
    bytes.insert(bytes.end(), buffer.begin(), buffer.begin() + file.gcount());
    if (bytes.size() > limit) return fail(too_large(path, limit));
  }
  if (file.bad()) return fail(path.string() + ": cannot be read: " + std::strerror(errno));
  return bytes;
}

Result<std::vector<std::uint8_t>> read_file_or_gzip(const fs::path& path, std::size_t limit) {
  Result<std::vector<std::uint8_t>> stored = read_file(path, limit);
  if (!stored || !is_gzip(*stored)) return stored;

  const std::unique_ptr<gzFile_s, GzipClose> file(gzopen(path.c_str(), "rb"));
  if (!file) return fail(path.string() + ": cannot be read: " + std::strerror(errno));
  std::vector<std::uint8_t> bytes;
  std::array<std::uint8_t, 1 << 16> buffer;
  int count = 0;
  while ((count = gzread(file.get(), buffer.data(), buffer.size())) > 0) {
    bytes.insert(bytes.end(), buffer.begin(), buffer.begin() + count);
    if (bytes.size() > limit) return fail(too_large(path, limit));
  }
  // A file that breaks off is only told by the error state, once its end was reached.
  int status = Z_OK;
  const char* message = gzerror(file.get(), &status);
  if (count < 0 || status != Z_OK)
    return fail(path.string() + ": expected a whole gzip file, found it broken: " + message);
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
