#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace numeral {

/// Creates an output folder if it is missing, and removes what killed runs left in it. Throws
/// std::runtime_error if the folder cannot be created or written to. Called before training, so
/// that such a mistake does not cost hours.
void prepare_output_folder(const std::filesystem::path& folder);

/// A hidden folder inside the output folder, for files that are not complete yet. It is on the same
/// file system, so that its files can be renamed to their places. The destructor removes it.
class StagingFolder {
 public:
  /// Throws std::runtime_error if the folder cannot be created.
  explicit StagingFolder(std::filesystem::path output_folder);
  ~StagingFolder();
  StagingFolder(const StagingFolder&) = delete;
  StagingFolder& operator=(const StagingFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

  /// Waits until all `files` are on the disk, then renames them into the output folder in the given
  /// order. Throws std::runtime_error if one cannot be written or renamed.
  void install(const std::vector<std::string>& files) const;

 private:
  std::filesystem::path output_folder_;
  std::filesystem::path path_;
};

}  // namespace numeral
