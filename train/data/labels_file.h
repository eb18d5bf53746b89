#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/error.h"

namespace numeral {

/// The labels "0" to "9".
std::vector<std::string> digit_labels();

/// True where `text` is valid UTF-8, which JSON needs.
bool is_utf8(const std::string& text);

/// Reads labels from a UTF-8 text file, one a line, the first for class 0. Fails on what is not
/// UTF-8 and on labels that `check_labels` (src/core/labels.h) refuses; the message names the file.
Result<std::vector<std::string>> read_labels_file(const std::filesystem::path& path);

}  // namespace numeral
