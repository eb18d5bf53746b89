#pragma once

#include <filesystem>
#include <string_view>

#include "../src/error.h"

namespace numeral {

/// Writes a file and waits until it is on the disk, so that not even a power failure right after
/// its renaming takes it away. The message is the system's.
Result<void> write_durably(const std::filesystem::path& path, std::string_view bytes);

/// Waits until a file that was written, or the names in a folder, are on the disk.
Result<void> make_durable(const std::filesystem::path& path);

}  // namespace numeral
