#include "support/process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include <csignal>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

namespace numeral::test {
namespace {

using namespace std::chrono_literals;

}  // namespace

Process::Process(const std::string& name, const std::vector<std::string>& arguments,
                 const std::vector<std::string>& before) {
  std::vector<std::string> words = before;
  words.push_back(std::filesystem::read_symlink("/proc/self/exe").parent_path() / name);
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);

  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&files, 2, (folder_.path() / "errors").c_str(),
                                   O_WRONLY | O_CREAT, 0644);
  const int error = posix_spawnp(&pid_, argv[0], &files, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  if (error != 0) throw std::runtime_error(words[0] + " cannot be started");
}

Process::~Process() { end(); }

void Process::end() {
  if (ended()) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  status_ = 128 + SIGKILL;
}

void Process::give_up(const std::string& awaited) {
  end();
  throw std::runtime_error("waited too long for " + awaited + "; it has written:\n" + errors());
}

void Process::signal(int number) const { kill(pid_, number); }

bool Process::ended() {
  if (status_ >= 0) return true;
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) != pid_) return false;
  status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return true;
}

bool Process::wait_for(const std::string& text, std::chrono::milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (true) {
    const bool over = ended();
    if (errors().find(text) != std::string::npos) return true;
    if (over) return false;
    if (std::chrono::steady_clock::now() > deadline) give_up("'" + text + "'");
    std::this_thread::sleep_for(5ms);
  }
}

int Process::wait(std::chrono::milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (!ended()) {
    if (std::chrono::steady_clock::now() > deadline) give_up("its end");
    std::this_thread::sleep_for(5ms);
  }
  return status_;
}

std::string Process::errors() const {
  std::ifstream file(folder_.path() / "errors", std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace numeral::test
