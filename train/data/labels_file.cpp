#include "train/data/labels_file.h"

#include <nlohmann/json.hpp>
#include <sstream>

#include "core/labels.h"
#include "native/files.h"

namespace numeral {
namespace {

constexpr std::size_t kMaxFileSize = std::size_t(1) << 20;

/// Takes Windows line ends and a byte order mark.
std::vector<std::string> lines_of(std::string text) {
  if (text.starts_with("\xef\xbb\xbf")) text.erase(0, 3);
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    if (line.ends_with('\r')) line.pop_back();
    lines.push_back(line);
  }
  return lines;
}

}  // namespace

std::vector<std::string> digit_labels() {
  return {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
}

bool is_utf8(const std::string& text) {
  try {
    static_cast<void>(nlohmann::json(text).dump());
    return true;
  } catch (const nlohmann::json::type_error&) {
    return false;
  }
}

Result<std::vector<std::string>> read_labels_file(const std::filesystem::path& path) {
  const auto bytes = read_file(path, kMaxFileSize);
  if (!bytes) return tl::unexpected(bytes.error());
  const std::string text(bytes->begin(), bytes->end());
  if (!is_utf8(text)) return fail(path.string() + ": expected text in UTF-8, found other bytes");
  std::vector<std::string> labels = lines_of(text);
  if (auto fine = check_labels(labels); !fine)
    return fail(path.string() + ": expected " + fine.error().message + "; write one label a line");
  return labels;
}

}  // namespace numeral
