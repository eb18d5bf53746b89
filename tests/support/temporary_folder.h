#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace numeral::test {

/// An empty folder that goes, with all in it, when this does.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

  /// Writes a file in it and returns its path.
  std::filesystem::path write(const std::string& name, std::string_view content) const;

 private:
  std::filesystem::path path_;
};

/// All bytes of a file.
std::string content_of(const std::filesystem::path& path);

/// The project's checkout.
std::filesystem::path project_folder();

/// The folder with MNIST's IDX files, or an empty path where there is none (the test is then to
/// be skipped: scripts/test.sh sees to it that there is one).
std::filesystem::path mnist_folder();

/// The folder with Fashion-MNIST's IDX files, where Debian's package dataset-fashion-mnist has
/// them; an empty path where that is not installed (the test is then to be skipped).
std::filesystem::path fashion_mnist_folder();

/// How a program ended, and what it wrote.
struct ProgramResult {
  int status = 0;
  std::string output;
  std::string errors;
};

/// Runs one of our programs (numeral-train, ...) with arguments written as in a shell, in the
/// current folder or in `folder`.
ProgramResult run_program(const std::string& name, const std::string& arguments,
                          const std::filesystem::path& folder = ".");

}  // namespace numeral::test
