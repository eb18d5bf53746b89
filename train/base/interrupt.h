#pragma once

namespace numeral {

/// While it lives, the first Ctrl-C (SIGINT) or SIGTERM only sets a flag, so that the program can
/// save its work; the next one ends the program at once, as ever. One at a time.
class InterruptGuard {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

  /// True once such a signal has come.
  static bool interrupted();
};

}  // namespace numeral
