#pragma once

#include <chrono>
#include <string>

namespace numeral {

/// Shows the progress of a long job on standard error: on a terminal as one line that is rewritten
/// several times a second, elsewhere (a log file) as a line every half minute.
class Progress {
 public:
  Progress();
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// True when it is time to show progress again. Ask before making the text for `show`.
  bool is_due() const;

  /// Shows `text` in place of what was shown before.
  void show(const std::string& text);

  /// Removes the line from a terminal, so that a log line can be printed.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;

  bool terminal_;
  bool shown_ = false;
  Clock::time_point latest_;
};

/// `count` per second, or 0 where `seconds` is not positive.
double rate_of(double count, double seconds);

/// "45 s", "3 min 20 s" or "2 h 05 min"; "an unknown time" where `seconds` is no duration.
std::string duration_text(double seconds);

}  // namespace numeral
