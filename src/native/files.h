#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"

namespace numeral {

/// Reads a file or a pipe. Fails where it cannot be read, has more than `limit` bytes, is a folder
/// or a device, or is a pipe from which nothing comes for 10 seconds. All messages name the path.
Result<std::vector<std::uint8_t>> read_file(const std::filesystem::path& path, std::size_t limit);

/// Reads a file and decompresses it where it is gzipped, whatever its name. Fails where it is not a
/// regular file, is a broken gzip file, or has more than `limit` bytes when decompressed.
Result<std::vector<std::uint8_t>> read_file_or_gzip(const std::filesystem::path& path,
                                                    std::size_t limit);

/// Replaces a file atomically: `write` writes a temporary file beside it, which is renamed where
/// `write` succeeded and removed where it failed. At any moment, `path` is the old file or the
/// whole new one.
Result<void> write_file_atomically(
    const std::filesystem::path& path,
    const std::function<Result<void>(const std::filesystem::path& temporary)>& write);

/// The same, with the content given.
Result<void> write_file_atomically(const std::filesystem::path& path, std::string_view content);

/// Writes a file and fsyncs it, so that it survives a power failure. The message is the system's
/// and does not name the path.
Result<void> write_and_fsync(const std::filesystem::path& path, std::string_view bytes);

/// Fsyncs a file, or the names in a folder. The message is like that of write_and_fsync.
Result<void> fsync_path(const std::filesystem::path& path);

/// The SHA-256 (FIPS 180-4) of the bytes, as 64 lower-case hexadecimal digits.
std::string sha256_hex(std::span<const std::uint8_t> bytes);

}  // namespace numeral
