#include "support/temporary_folder.h"

#include <stdlib.h>  // mkdtemp is POSIX, not C++
#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace numeral::test {
namespace {

namespace fs = std::filesystem;

std::string environment_variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

}  // namespace

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TemporaryFolder::TemporaryFolder() {
  std::string name = (fs::temp_directory_path() / "numeral-XXXXXX").string();
  if (!mkdtemp(name.data())) throw std::runtime_error("no temporary folder can be made");
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

fs::path TemporaryFolder::write(const std::string& name, std::string_view content) const {
  const fs::path path = path_ / name;
  std::ofstream(path, std::ios::binary).write(content.data(), std::streamsize(content.size()));
  return path;
}

fs::path project_folder() { return environment_variable("NUMERAL_PROJECT"); }

fs::path mnist_folder() { return environment_variable("NUMERAL_MNIST"); }

fs::path fashion_mnist_folder() {
  const fs::path folder = "/usr/share/datasets/fashion-mnist";
  return fs::is_directory(folder) ? folder : fs::path();
}

ProgramResult run_program(const std::string& name, const std::string& arguments,
                          const fs::path& folder) {
  const TemporaryFolder written;
  const fs::path output = written.path() / "output", errors = written.path() / "errors";
  // All programs of a build are in one folder, the tests too.
  const fs::path program = fs::read_symlink("/proc/self/exe").parent_path() / name;
  const std::string command = "cd " + folder.string() + " && " + program.string() + " " +
                              arguments + " </dev/null >" + output.string() + " 2>" +
                              errors.string();
  const int status = std::system(command.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, content_of(output), content_of(errors)};
}

}  // namespace numeral::test
