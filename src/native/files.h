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

/// All bytes of a file, unpacked where it is gzipped (its first two bytes tell, not its name).
/// Fails where it cannot be read, is a broken gzip file, or would be more than `limit` bytes.
Result<std::vector<std::uint8_t>> read_file_or_gzip(const std::filesystem::path& path,
                                                    std::size_t limit);

/// All bytes of a file, as they are. Fails like the above.
Result<std::vector<std::uint8_t>> read_file(const std::filesystem::path& path, std::size_t limit);

/// Writes a file so that at `path` there is, at any moment, either what was there before or all
/// of the new: `write` fills a temporary file beside it, which is renamed when it succeeded.
Result<void> write_file_atomically(
    const std::filesystem::path& path,
    const std::function<Result<void>(const std::filesystem::path& temporary)>& write);

/// The same with the content at hand.
Result<void> write_file_atomically(const std::filesystem::path& path, std::string_view content);

/// Writes a file and waits until it is on the disk, so that not even a power failure right after
/// its renaming takes it away. The message is the system's.
Result<void> write_and_fsync(const std::filesystem::path& path, std::string_view bytes);

/// Waits until a file that was written, or the names in a folder, are on the disk.
Result<void> fsync_path(const std::filesystem::path& path);

/// SHA-256 (FIPS 180-4) as 64 lower-case hexadecimal digits.
std::string sha256_hex(std::span<const std::uint8_t> bytes);

}  // namespace numeral
