#include "train/publish/staging_folder.h"

#include <signal.h>  // kill is POSIX, not C++
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>

#include "native/files.h"

namespace numeral {
namespace {

namespace fs = std::filesystem;

/// Names of temporary folders and files, followed by the number of the process.
constexpr std::string_view kStagingPrefix = ".partial-";
constexpr std::string_view kWriteTestPrefix = ".probe-";

std::string temporary_name(std::string_view prefix) {
  return std::string(prefix) + std::to_string(getpid());
}

/// Whether `name` is `prefix` and the number of a process that has ended.
bool is_leftover(const std::string& name, std::string_view prefix) {
  pid_t process = 0;
  if (!name.starts_with(prefix)) return false;
  std::from_chars(name.data() + prefix.size(), name.data() + name.size(), process);
  return process > 0 && kill(process, 0) != 0 && errno == ESRCH;
}

void remove_leftovers(const fs::path& folder) {
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename().string();
    if (is_leftover(name, kStagingPrefix) || is_leftover(name, kWriteTestPrefix))
      fs::remove_all(entry.path(), ignored);
  }
}

void create_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error)
    throw std::runtime_error(folder.string() + ": the folder cannot be made: " + error.message());
}

}  // namespace

void prepare_output_folder(const fs::path& folder) {
  create_folder(folder);
  remove_leftovers(folder);
  const fs::path file = folder / temporary_name(kWriteTestPrefix);
  if (!write_file_atomically(file, "x"))
    throw std::runtime_error(folder.string() +
                             ": nothing can be written there; choose another folder");
  std::error_code ignored;
  fs::remove(file, ignored);
}

StagingFolder::StagingFolder(fs::path output_folder)
    : output_folder_(std::move(output_folder)),
      path_(output_folder_ / temporary_name(kStagingPrefix)) {
  create_folder(path_);
}

StagingFolder::~StagingFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

void StagingFolder::install(const std::vector<std::string>& files) const {
  const auto fail_at = [&](const std::string& file, const std::string& reason) {
    throw std::runtime_error((output_folder_ / file).string() + ": cannot be written: " + reason);
  };
  for (const std::string& file : files)
    if (const auto synced = fsync_path(path_ / file); !synced)
      fail_at(file, synced.error().message);
  for (const std::string& file : files) {
    std::error_code error;
    fs::rename(path_ / file, output_folder_ / file, error);
    if (error) fail_at(file, error.message());
  }
  // The files are in place. Some file systems cannot sync a folder: not an error.
  static_cast<void>(fsync_path(output_folder_));
}

}  // namespace numeral
