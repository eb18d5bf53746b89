#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "support/temporary_folder.h"

namespace numeral::test {

/// One of our programs, running beside the test. It is killed with this.
class Process {
 public:
  /// Starts program `name`; `before` is what goes before it, such as a program that runs it.
  Process(const std::string& name, const std::vector<std::string>& arguments,
          const std::vector<std::string>& before = {});
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void signal(int number) const;

  /// Waits until it has written `text` to standard error, or has ended; true if it has written it.
  /// After `limit` it is killed; the exception then thrown says what it has written.
  bool wait_for(const std::string& text, std::chrono::milliseconds limit = std::chrono::minutes(5));

  /// Waits until it ends. Returns its exit status, or 128 and the signal that ended it. `limit` is
  /// as above.
  int wait(std::chrono::milliseconds limit = std::chrono::minutes(2));

  /// What it has written to standard error.
  std::string errors() const;

 private:
  bool ended();
  void end();
  [[noreturn]] void give_up(const std::string& awaited);

  TemporaryFolder folder_;
  int pid_ = -1;
  int status_ = -1;
};

}  // namespace numeral::test
