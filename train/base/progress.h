#pragma once

#include <chrono>
#include <string>

namespace numeral {

/// Shows how far a long job is: on a terminal one line that is rewritten several times a second,
/// elsewhere (a log file) a line every half minute. On standard error.
class Progress {
 public:
  Progress();
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// True when it is time to show something again; saves making the text of `show`.
  bool is_due() const;

  /// Shows `text` as the present state.
  void show(const std::string& text);

  /// Removes the present state from a terminal, so that a lasting line can be printed.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;

  bool terminal_;
  bool shown_ = false;
  Clock::time_point latest_;
};

/// How many a second, or 0 where the clock says that no time has passed.
double rate_of(double count, double seconds);

/// "45 s", "3 min 20 s", "2 h 05 min"; "an unknown time" where it is none.
std::string duration_text(double seconds);

}  // namespace numeral
