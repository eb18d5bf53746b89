#include "train/data/labels_file.h"

#include <sstream>

#include "native/files.h"
#include "core/labels.h"
#include "train/base/utf8.h"

namespace numeral {
namespace {

constexpr std::size_t kMaxFileSize = std::size_t(1) << 20;

/// Lines may end as on Windows, and a byte order mark may stand before the first.
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
