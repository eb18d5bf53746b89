#pragma once

namespace numeral {

/// While it lives, the first Ctrl-C (SIGINT) or SIGTERM only sets a flag, so that the program can
/// save its work; the second ends the program at once. There may be one guard at a time.
class InterruptGuard {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

  /// True once a signal has set the flag.
  static bool interrupted();
};

}  // namespace numeral
